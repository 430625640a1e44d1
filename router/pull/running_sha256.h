// SHA-256 of what passes by.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

struct evp_md_ctx_st;

namespace weir {

class RunningSha256 {
 public:
  RunningSha256();

  void add(std::string_view bytes);
  // 64 hex digits; empty if OpenSSL refused. Once.
  std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  bool good_ = false;
};

// Of a whole file. kNotFound or kStorage.
Result<std::string> sha256_of_file(const std::string& path);

}  // namespace weir
