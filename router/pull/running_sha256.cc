#include "router/pull/running_sha256.h"

#include <openssl/evp.h>

#include <fstream>
#include <span>
#include <vector>

#include "core/hex.h"

namespace weir {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;

}  // namespace

void RunningSha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

RunningSha256::RunningSha256() : context_(EVP_MD_CTX_new()) {
  good_ = EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
}

void RunningSha256::add(std::string_view bytes) {
  good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

std::string RunningSha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (!good_ || EVP_DigestFinal_ex(context_.get(), digest, &length) != 1) return {};
  return to_hex(std::as_bytes(std::span(digest)).first(length));
}

Result<std::string> sha256_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::kNotFound, path + ": cannot be read"};
  RunningSha256 hash;
  std::vector<char> block(kReadBytes);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    hash.add({block.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (in.bad()) return Error{ErrorCode::kStorage, path + ": reading failed"};
  return hash.hex();
}

}  // namespace weir
