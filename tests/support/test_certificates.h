// A certificate authority for one test run, and servers' certificates from it.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace weir::test {

struct CertificateWish {
  std::string host = "localhost";  // a name, or an address
  long valid_from_s = -3600;       // seconds from now
  long valid_until_s = 3600;
  bool self_signed = false;
};

// Keys and certificates live in memory; only the authority's certificate is
// written, to a temporary file that the destructor removes.
class TestCertificates {
 public:
  struct FreeContext {
    void operator()(SSL_CTX* context) const;
  };
  using ServerContext = std::unique_ptr<SSL_CTX, FreeContext>;

  TestCertificates();
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  const std::string& ca_file() const { return ca_file_; }
  ServerContext server(const CertificateWish& wish = {}) const;

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  std::string ca_file_;
};

}  // namespace weir::test
