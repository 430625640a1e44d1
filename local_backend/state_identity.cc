#include "local_backend/state_identity.h"

#include "local_backend/kernels/kv_type.h"

namespace weir {
namespace {

// Of what the blocks compute and how tiles look: to be raised with every change of bits.
constexpr int kEngineVersion = 1;

}  // namespace

std::string state_identity(const StateLayout& layout, std::string_view variant) {
  std::string text = "engine " + std::to_string(kEngineVersion) + '\n';
  text += "kernels ";
  text += variant;
  text += '\n';
  for (const KvShape& slot : layout.kv_slots) {
    text += slot.owner + ' ' + std::to_string(slot.kv_heads) + ' ' +
            std::to_string(slot.key_width) + ' ' + std::to_string(slot.value_width) + ' ';
    text += kernels::info_of(slot.key_type).name;
    text += ' ';
    text += kernels::info_of(slot.value_type).name;
    text += '\n';
  }
  for (const std::size_t floats : layout.recurrent_slots) text += std::to_string(floats) + '\n';
  return text;
}

}  // namespace weir
