// A model of some architecture, whose metadata and tensors the input changes one after the
// other: values of any type for the keys that its reader asks for, keys and tensors that go or
// come, shapes, formats and places of tensors. What loads must also run.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/local_backend/hostile_values.h"

namespace {

using weir::test::SmallModel;
using weir::test::StoredTensor;
using weir::test::StoredValue;

// A sound model and all the names that its reader looks for.
struct Seed {
  SmallModel model;
  std::vector<std::string> keys;
  std::vector<std::string> tensors;
};

Seed seed_of(const SmallModel& model) {
  std::set<std::string> keys;
  std::set<std::string> tensors;
  weir::test::outcome_of(model.bytes(), [&](std::string_view name) {
    const bool key = name.starts_with(model.architecture + ".") || name.starts_with("general.");
    (key ? keys : tensors).emplace(name);
  });
  return {model, {keys.begin(), keys.end()}, {tensors.begin(), tensors.end()}};
}

const std::vector<Seed>& seeds() {
  static const std::vector<Seed> kAll = [] {
    std::vector<Seed> all;
    for (const SmallModel& model : weir::test::small_models()) all.push_back(seed_of(model));
    return all;
  }();
  return kAll;
}

// The input as a row of choices; 0 when it is used up.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool left() const { return size_ > 0; }
  std::uint8_t byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    const std::size_t bytes = byte() % 9;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | byte();
    return value;
  }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[(byte() | std::size_t{byte()} << 8) % all.size()];
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

// Of any type, or an array of up to 15 elements of one.
StoredValue any_value(Choices& choices) {
  static constexpr std::uint32_t kTypes[] = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12};
  static constexpr std::size_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 8, 8, 8};
  const std::uint8_t shape = choices.byte();
  const std::size_t type = shape % std::size(kTypes);
  StoredValue value{kTypes[type], {}};
  const std::size_t count = shape >> 4;
  if (count > 0) {
    value.type = 9;
    weir::test::put(&value.bytes, kTypes[type]);
    weir::test::put<std::uint64_t>(&value.bytes, count);
  }
  for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) {
    std::string bytes;
    weir::test::put(&bytes, choices.number());
    value.bytes += bytes.substr(0, kSizes[type]);
  }
  return value;
}

void change_tensor(Choices& choices, StoredTensor* tensor) {
  switch (choices.byte() % 4) {
    case 0: tensor->dims[choices.byte() % tensor->dims.size()] = choices.number(); break;
    case 1: tensor->dims.assign(1 + choices.byte() % 4, 1 + choices.byte()); break;
    case 2: tensor->type = choices.byte() % 48; break;
    default: tensor->offset = choices.number(); break;
  }
}

void change(Choices& choices, const Seed& seed, SmallModel* model) {
  static const std::vector<StoredValue> kLies = weir::test::hostile_values(2);
  const std::uint8_t what = choices.byte() % 6;
  if (what < 4) {
    const std::string& key = choices.one_of(seed.keys);
    if (what == 0) model->values.erase(key);
    if (what == 1) model->values[key] = any_value(choices);
    if (what > 1) model->values[key] = choices.one_of(kLies);
    return;
  }
  const std::string& name = choices.one_of(seed.tensors);
  if (what == 4) {
    change_tensor(choices, &model->tensors.try_emplace(name, StoredTensor{{1}}).first->second);
  } else {
    model->tensors.erase(name);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const Seed& seed = choices.one_of(seeds());
  SmallModel model = seed.model;
  for (int i = 0; i < 8 && choices.left(); ++i) change(choices, seed, &model);
  // Sizes that were changed together may be asked for by shapes that fit them.
  if (choices.byte() % 2 == 1) weir::test::settle(&model);
  weir::test::outcome_of(model.bytes());
  return 0;
}
