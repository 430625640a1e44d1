// Third-party test vectors, found through $WEIR_TEST_DATA. None are in the
// repository: without the variable the tests that need them say what they skip.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

struct Vector {
  std::string name;
  std::string bytes;
  nlohmann::json node;  // everything else the file says about it
};

inline std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int count = 0;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return out;
}

// Says what is not tested, and counts it.
inline void skip(const std::string& what) {
  static int skipped = 0;
  std::cerr << "skipped without WEIR_TEST_DATA (" << ++skipped << "): " << what << "\n";
}

// The folder of third-party data, or nothing.
inline std::optional<std::string> test_data() {
  const char* folder = std::getenv("WEIR_TEST_DATA");
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  return std::string(folder);
}

// The vectors of http/`file`. Without the data: none, and a line that says so.
inline std::vector<Vector> load_vectors(const std::string& file) {
  std::vector<Vector> vectors;
  const std::optional<std::string> folder = test_data();
  if (!folder) {
    std::cerr << "skipped without WEIR_TEST_DATA: " << file << "\n";
    return vectors;
  }
  std::ifstream in(*folder + "/http/" + file);
  for (nlohmann::json& node : nlohmann::json::parse(in)) {
    vectors.push_back({node["name"], decode_base64(std::string(node["raw_bytes_base64"])), node});
  }
  return vectors;
}

}  // namespace weir::test
