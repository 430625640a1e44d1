#include "local_backend/model/spec_reader.h"

namespace weir {

void SpecReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void SpecReader::require(bool holds, std::string_view what) {
  if (holds) return;
  fail({ErrorCode::kInvalidModel, prefix_ + "* metadata: " + std::string(what), "model_metadata"});
}

void SpecReader::unsupported(std::string_view what) {
  fail({ErrorCode::kInvalidModel,
        "architecture " + architecture_ + " with " + std::string(what) + " is not supported",
        "model_unsupported"});
}

std::size_t SpecReader::count(std::string_view key, UintRange range,
                              std::optional<std::size_t> absent) {
  const auto value = file_.find_uint(full_key(key), range);
  if (!value) {
    fail(value.error());
    return static_cast<std::size_t>(range.low);
  }
  if (*value) return static_cast<std::size_t>(**value);
  require(absent.has_value(), std::string(key) + " is missing");
  return absent.value_or(static_cast<std::size_t>(range.low));
}

std::vector<std::size_t> SpecReader::count_per_layer(
    std::string_view key, std::size_t layers, UintRange range,
    std::optional<std::vector<std::size_t>> absent) {
  const auto value = file_.find_uint_per_item(full_key(key), layers, range);
  if (value && *value) return {(*value)->begin(), (*value)->end()};
  if (!value) fail(value.error());
  require(absent.has_value(), std::string(key) + " is missing");
  return absent.value_or(std::vector<std::size_t>(layers, static_cast<std::size_t>(range.low)));
}

bool SpecReader::flag(std::string_view key, bool absent) {
  const auto value = file_.find_bool(full_key(key));
  if (!value) fail(value.error());
  return value ? value->value_or(absent) : absent;
}

double SpecReader::number(std::string_view key, std::optional<double> absent) {
  const auto value = file_.find_float(full_key(key));
  if (!value) {
    fail(value.error());
    return 0;
  }
  if (*value) return **value;
  require(absent.has_value(), std::string(key) + " is missing");
  return absent.value_or(0);
}

std::string SpecReader::word(std::string_view key, std::string absent) {
  const auto value = file_.find_string(full_key(key));
  if (!value) {
    fail(value.error());
    return absent;
  }
  return *value ? std::string(**value) : absent;
}

}  // namespace weir
