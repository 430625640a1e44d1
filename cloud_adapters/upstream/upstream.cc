#include "cloud_adapters/upstream/upstream.h"

#include <string>
#include <utility>

#include "core/http1.h"

namespace weir {
namespace {

Secret make_constant_fields(const UpstreamTarget& target, const Provider& provider,
                            const Secret& api_key) {
  std::string fields;
  // Room for all of it: growing would leave copies of the key in freed memory.
  fields.reserve(512 + target.host.size() + api_key.reveal().size());
  fields.append("host: ").append(host_header(target)).append("\r\n");
  if (!api_key.empty()) {
    fields.append(provider.key_field).append(": ").append(provider.key_prefix);
    fields.append(api_key.reveal()).append("\r\n");
  }
  fields.append("user-agent: weir/0.1\r\naccept-encoding: identity\r\n");
  return Secret(std::move(fields));
}

}  // namespace

Upstream::Upstream(UpstreamTarget target, Secret constant_fields,
                   std::shared_ptr<const TlsContext> tls)
    : target_(std::move(target)),
      constant_fields_(std::move(constant_fields)),
      tls_(std::move(tls)) {}

Result<std::shared_ptr<Upstream>> Upstream::create(UpstreamTarget target, const Secret& api_key,
                                                   std::shared_ptr<const TlsContext> tls,
                                                   const Provider& provider) {
  if (!api_key.empty() && !http1::is_visible(api_key.reveal())) {
    return Error(ErrorCode::kInvalidConfig,
                 "the key of " + target.name + " holds a byte that no header may hold");
  }
  if (target.tls && tls == nullptr) {
    return Error(ErrorCode::kInvalidConfig, target.name + " needs TLS, which is not set up");
  }
  Secret fields = make_constant_fields(target, provider, api_key);
  return std::shared_ptr<Upstream>(
      new Upstream(std::move(target), std::move(fields), std::move(tls)));
}

}  // namespace weir
