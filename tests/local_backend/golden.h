// Finds the golden packs: the slice in tests/data/golden that every clone has, and
// the whole packs under $WEIR_TEST_DATA where that is set.
#pragma once

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir::test {

// A folder or file of the third-party data, if it is there.
inline std::optional<std::filesystem::path> data_path(const std::string& name) {
  const auto folder = test_data();
  if (folder) return std::filesystem::path(*folder) / name;
  skip(name);
  return std::nullopt;
}

inline std::filesystem::path committed_golden() {
  return std::filesystem::path(WEIR_SOURCE_DIR) / "tests/data/golden";
}

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline nlohmann::json read_json(const std::filesystem::path& path) {
  return nlohmann::json::parse(read_all(path));
}

// `count` floats of `bytes` at `offset`.
inline std::vector<float> floats_at(const std::string& bytes, std::size_t offset,
                                    std::size_t count) {
  std::vector<float> values(count);
  std::memcpy(values.data(), bytes.data() + offset, count * sizeof(float));
  return values;
}

// The size of the difference over that of what was expected.
inline double rel_rms(const std::vector<float>& found, const std::vector<float>& expected) {
  REQUIRE(found.size() == expected.size());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double d = double{found[i]} - double{expected[i]};
    difference += d * d;
    size += double{expected[i]} * double{expected[i]};
  }
  return std::sqrt(difference / size);
}

}  // namespace weir::test
