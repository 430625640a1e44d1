// A provider's answer on its way to the client, its bytes as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cloud_adapters/passthrough.h"
#include "cloud_adapters/wire/embedding_usage.h"
#include "core/clock.h"
#include "router/http/exchange.h"

namespace weir {

// A short one goes out in one piece with finish(), a long one as it comes. Belongs to the
// exchange's I/O thread.
class PassedAnswer final : public ForwardSink {
 public:
  // `lines` are what weir itself says of it. `exchange` and `usage`, which reads along and may
  // be null, outlive it.
  PassedAnswer(Exchange& exchange, HeaderLines lines, EmbeddingUsage* usage);

  void begin(const ForwardedHead& head) override;
  Async<WriteResult> write(std::string_view bytes) override;
  CancelSignal& cancel() override { return exchange_.cancel(); }

  // One more line, if its head has not gone out yet.
  void add_line(std::string_view name, std::string_view value);
  Async<WriteResult> finish();

  int status() const { return status_; }  // 0 before begin()
  std::optional<SteadyTime> first_byte() const { return first_byte_; }

 private:
  Exchange& exchange_;
  HeaderLines lines_;
  EmbeddingUsage* const usage_;
  int status_ = 0;
  std::string content_type_;
  bool streams_ = false;
  std::string body_;
  std::optional<SteadyTime> first_byte_;
};

}  // namespace weir
