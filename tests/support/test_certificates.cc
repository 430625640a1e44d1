#include "tests/support/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace weir::test {
namespace {

X509* new_certificate(EVP_PKEY* key, const std::string& name, long from_s, long until_s) {
  static long serial = 0;
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), until_s);
  X509_set_pubkey(certificate, key);
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, text, -1, -1,
                             0);
  return certificate;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) std::abort();
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

bool is_address(const std::string& host) {
  return host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

void TestCertificates::FreeContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

TestCertificates::TestCertificates()
    : key_(EVP_EC_gen("P-256")),
      certificate_(new_certificate(key_, "weir test authority", -3600, 3600)) {
  add_extension(certificate_, NID_basic_constraints, "critical,CA:TRUE");
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  X509_sign(certificate_, key_, EVP_sha256());
  ca_file_ = "/tmp/weir-test-ca-XXXXXX";
  const int file = ::mkstemp(ca_file_.data());
  std::FILE* out = file < 0 ? nullptr : ::fdopen(file, "w");
  if (out == nullptr) std::abort();
  PEM_write_X509(out, certificate_);
  std::fclose(out);
}

TestCertificates::~TestCertificates() {
  ::unlink(ca_file_.c_str());
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

TestCertificates::ServerContext TestCertificates::server(const CertificateWish& wish) const {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* leaf = new_certificate(key, wish.host, wish.valid_from_s, wish.valid_until_s);
  add_extension(leaf, NID_subject_alt_name, (is_address(wish.host) ? "IP:" : "DNS:") + wish.host);
  X509_set_issuer_name(leaf, X509_get_subject_name(wish.self_signed ? leaf : certificate_));
  X509_sign(leaf, wish.self_signed ? key : key_, EVP_sha256());
  ServerContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), leaf);
  SSL_CTX_use_PrivateKey(context.get(), key);
  X509_free(leaf);
  EVP_PKEY_free(key);
  return context;
}

}  // namespace weir::test
