// Addresses of crypto currencies: Bitcoin's base58check (double SHA-256), bech32 and bech32m
// (BIP 173, BIP 350), Ethereum's forty digits.
#include <algorithm>
#include <array>
#include <cstdint>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/shape.h"
#include "policies/team_key.h"

namespace weir::privacy {
namespace {

// A version byte, 20 bytes of a hash, 4 of a check.
constexpr std::size_t kDecodedBytes = 25;

// Whether `code` is the base58 of 25 bytes whose last four are the head of a double SHA-256.
bool is_base58check(std::string_view code) {
  constexpr std::string_view kAlphabet =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::array<std::uint8_t, kDecodedBytes> bytes{};
  for (const char c : code) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return false;
    unsigned carry = static_cast<unsigned>(digit);
    for (std::size_t i = bytes.size(); i-- > 0;) {
      carry += 58U * bytes[i];
      bytes[i] = static_cast<std::uint8_t>(carry & 0xFF);
      carry >>= 8;
    }
    if (carry != 0) return false;
  }
  std::string payload(bytes.begin(), bytes.begin() + 21);
  const Sha256 once = sha256_of(payload);
  const Sha256 twice = sha256_of(std::string(once.begin(), once.end()));
  return std::equal(twice.begin(), twice.begin() + 4, bytes.begin() + 21);
}

// BIP 173 and 350: the checksum over the prefix and the data is 1 or 0x2bc830a3.
bool is_bech32(std::string_view code) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                       0x3d4233dd, 0x2a1462b3};
  std::uint32_t check = 1;
  const auto add = [&](std::uint32_t value) {
    const std::uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1U) != 0) check ^= kGenerator[i];
    }
  };
  const std::size_t one = code.rfind('1');
  for (const char c : code.substr(0, one)) add(static_cast<std::uint32_t>(to_lower(c)) >> 5);
  add(0);
  for (const char c : code.substr(0, one)) add(static_cast<std::uint32_t>(to_lower(c)) & 31U);
  for (const char c : code.substr(one + 1)) {
    const std::size_t value = kAlphabet.find(to_lower(c));
    if (value == std::string_view::npos) return false;
    add(static_cast<std::uint32_t>(value));
  }
  return check == 1 || check == 0x2bc830a3;
}

class CryptoAddressDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    for (const Word& word : marked.numbers) {
      if (word.size() < 26 || word.size() > 90 || (word.classes & kHigh) != 0) continue;
      const std::string_view code = marked.text.substr(word.begin, word.size());
      const std::string_view rule = rule_of(code);
      if (rule.empty() || before(marked.text, word.begin) == '_' ||
          at(marked.text, word.end) == '_')
        continue;
      hits->push_back({{FindingKind::kCryptoAddress, rule, word.begin, word.end}, Rank::kChecked});
    }
  }

 private:
  static std::string_view rule_of(std::string_view code) {
    if ((code[0] == '1' || code[0] == '3') && code.size() <= 35)
      return is_base58check(code) ? "bitcoin_address" : "";
    const bool segwit =
        code.starts_with("bc1") || code.starts_with("BC1") || code.starts_with("tb1");
    if (segwit) return is_bech32(code) ? "bitcoin_address" : "";
    if (code.size() == 42 && code.starts_with("0x") &&
        match_shape("\\H{40}", code.substr(2)) == 40) {
      const bool blank = code.find_first_not_of(code[2], 2) == std::string_view::npos;
      return blank ? "" : "ethereum_address";
    }
    return "";
  }
};

}  // namespace

std::unique_ptr<Detector> crypto_address_detector() {
  return std::make_unique<CryptoAddressDetector>();
}

}  // namespace weir::privacy
