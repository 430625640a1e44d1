// A connection to an upstream: a non-blocking socket, with TLS or without.
//
// Belongs to one I/O thread; one operation at a time. Each operation is tried at
// once and waits only for what is not there yet. Requests can be written by
// UpstreamCall alone, which demands a permit.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/upstream/resolution.h"
#include "cloud_adapters/upstream/response_reader.h"
#include "cloud_adapters/upstream/tls.h"
#include "cloud_adapters/upstream/upstream.h"
#include "core/async.h"
#include "core/deadline.h"
#include "core/result.h"

namespace weir {

class Connection final : public Expirable {
 public:
  // `thread` outlives it.
  Connection(IoThread& thread, std::shared_ptr<Upstream> upstream);
  ~Connection() override;

  bool connected() const { return connected_; }

  // An idle connection is still good: the peer neither closed it nor sent anything.
  bool still_open();

  // Closes by itself after a while unless it is used before.
  void rest(std::chrono::milliseconds span);

  // Closes; what waits ends with kCancelled. Callable at any time.
  void abort();

 private:
  friend class UpstreamCall;
  using Socket = net::basic_stream_socket<net::ip::tcp, IoExecutor>;
  using Pieces = std::span<const std::string_view>;

  // What is being waited for. Its expiry closes the connection; that of one address of several
  // the attempt there.
  enum class Timer : std::uint8_t {
    kNone,
    kConnect,
    kAddress,
    kFirstByte,
    kIdle,
    kTotal,
    kResting
  };

  // Until the next begin() every wait ends at `total` at the latest.
  void begin(Deadline total);

  // Name, TCP and TLS within the connect timer; addresses are tried in order, each for its share
  // of that.
  // kUpstreamConnect, kUpstreamTls, kDeadline or kCancelled.
  Async<Result<void>> connect();

  // Writes all pieces at once if the socket takes them. Where it does not, or fails,
  // write_rest() goes on with the same pieces; the idle timer runs.
  bool try_write(Pieces pieces);
  Async<Result<void>> write_rest(Pieces pieces);

  // Bytes that arrived, in *block; empty at the end of the stream. Takes a block only
  // when there is something to read and gives it back before it waits. The idle
  // timer runs anew, unless the first-byte or the total timer was started.
  Async<Result<std::string_view>> read(BlockPool::Block* block);

  void start_timer(Timer timer);
  void start_timer(Timer timer, Deadline own);
  void stop_timer();

  Async<Result<std::vector<Resolution::Endpoint>>> look_up();
  Async<Result<void>> connect_in_order(const std::vector<Resolution::Endpoint>& endpoints,
                                       Deadline until);
  Deadline share_of(Deadline until, std::size_t addresses) const;
  Async<Result<void>> handshake();
  static Socket::wait_type wait_for(const IoStep& step);
  Result<void> waited(const boost::system::error_code& error) const;
  IoStep read_step(char* data, std::size_t size);
  IoStep write_step(Pieces pieces, std::size_t skip);
  IoStep write_tls_step(Pieces pieces, std::size_t skip);
  bool waits_for_head() const { return timer_ == Timer::kFirstByte || timer_ == Timer::kTotal; }
  bool stopped() const { return aborted_ || expired_; }
  Error why_stopped() const;
  void on_expired() override;
  void close();

  IoThread& thread_;
  const std::shared_ptr<Upstream> upstream_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
  std::shared_ptr<Resolution> resolution_;  // while a name is looked up
  ResponseReader reader_;
  Deadline total_;
  Timer timer_ = Timer::kNone;
  bool total_is_nearer_ = false;
  bool connected_ = false;
  bool expired_ = false;
  bool aborted_ = false;
  bool drained_ = true;  // the last read took all there was
  std::uint8_t reads_in_a_row_ = 0;
  std::size_t write_sent_ = 0;  // bytes of the pieces being written
};

}  // namespace weir
