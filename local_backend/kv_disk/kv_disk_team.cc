#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "local_backend/kv_disk/kv_shelf.h"

namespace weir {

KvDiskTeamFiles::KvDiskTeamFiles(std::shared_ptr<KvShelf> shelf, std::string salt, KvKeys keys,
                                 PrivateFile folder)
    : shelf_(std::move(shelf)),
      salt_(std::move(salt)),
      keys_(std::move(keys)),
      folder_(std::move(folder)) {}

KvName KvDiskTeamFiles::root(std::string_view model) const {
  const std::array parts = {std::as_bytes(std::span(model))};
  return keys_.name_of(parts);
}

KvName KvDiskTeamFiles::name_of(const KvPlace& place) const {
  const std::array parts = {std::as_bytes(std::span(&place.kind, 1)),
                            std::span<const std::byte>(place.parent), std::as_bytes(place.tokens)};
  return keys_.name_of(parts);
}

bool KvDiskTeamFiles::has(const KvName& name) const { return shelf_->has(name); }

bool KvDiskTeamFiles::write(const KvPlace& place, const KvContents& contents, KvUse use) {
  const std::uint64_t bytes = kv_file_bytes(place, contents.page.size(), contents.state.size());
  if (!shelf_->make_room(*this, bytes, order_of(use))) return false;
  const KvName name = name_of(place);
  if (write_kv_file(folder(), hex_of(name), keys_, place, contents, use) != KvFileProblem::kNone) {
    shelf_->fail(std::error_code(errno, std::generic_category()).message());
    return false;
  }
  shelf_->note_written(*this, name, {0, bytes, order_of(use)});
  return true;
}

bool KvDiskTeamFiles::read(const KvPlace& place, const KvRoom& room) {
  const KvName name = name_of(place);
  const KvFileProblem problem = read_kv_file(folder(), hex_of(name), keys_, place, room);
  switch (problem) {
    case KvFileProblem::kNone:
      shelf_->note_read(kv_file_bytes(place, room.page.size(), room.state.size()));
      return true;
    case KvFileProblem::kMissing: shelf_->forget(name); break;
    case KvFileProblem::kOtherVersion:
    case KvFileProblem::kDamaged: shelf_->refuse(*this, name, problem); break;
    case KvFileProblem::kDisk:
      shelf_->forget(name);
      shelf_->fail(std::error_code(errno, std::generic_category()).message());
      break;
  }
  return false;
}

void KvDiskTeamFiles::touch(const KvName& name, KvUse use) {
  shelf_->touch(name, order_of(use));
  touch_kv_file(folder(), hex_of(name), use);
}

}  // namespace weir
