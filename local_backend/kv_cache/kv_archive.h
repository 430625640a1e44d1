// Where pages of keys and values outlive the process: the seam between an engine and a
// disk, which tests replace.
//
// What a team keeps is a tree like that of prefix_tree.h: a place in it is named by the
// place before it and by its own tokens, under a key of the team. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

using KvName = std::array<std::byte, 32>;

enum class KvKind : std::uint8_t {
  kPage = 1,        // a whole page
  kCheckpoint = 2,  // the beginning of a page, and the recurrent state behind it
};

struct KvPlace {
  KvKind kind = KvKind::kPage;
  KvName parent{};                  // of the page before, or of the root
  std::span<const TokenId> tokens;  // of its page
};

struct KvContents {
  std::span<const std::byte> page;
  std::span<const float> state;  // empty for a page
};

// Where read() puts the same; the sizes are what must be there.
struct KvRoom {
  std::span<std::byte> page;
  std::span<float> state;
};

// What decides who goes first when there is no room: what was used longest ago, and of one
// prompt its end.
struct KvUse {
  std::int64_t unix_s = 0;
  std::size_t pages_before = 0;
};

// One team's part.
class KvTeam {
 public:
  virtual ~KvTeam() = default;

  // Where all prefixes begin that a model has read; `model` tells apart all that would
  // give other bits.
  virtual KvName root(std::string_view model) const = 0;
  virtual KvName name_of(const KvPlace& place) const = 0;
  virtual bool has(const KvName& name) const = 0;

  // Blocking. False, and nothing is there, if there is no room or the disk fails.
  virtual bool write(const KvPlace& place, const KvContents& contents, KvUse use) = 0;
  // Blocking. False unless all of it is there, and exactly what was written at this place;
  // then the room holds anything.
  virtual bool read(const KvPlace& place, const KvRoom& room) = 0;
  virtual void touch(const KvName& name, KvUse use) = 0;
};

class KvArchive {
 public:
  virtual ~KvArchive() = default;

  // Anybody's is kept.
  virtual bool in_use() const = 0;
  // That of a cache_salt; null if nothing of it is to be kept.
  virtual std::shared_ptr<KvTeam> team(std::string_view salt) = 0;

  // Tells files of weights apart. Reads all of them: blocking, for seconds if they are large.
  // Empty if `stop` said so meanwhile.
  virtual std::string digest(const std::vector<std::span<const std::byte>>& pieces,
                             const std::function<bool()>& stop) = 0;
};

}  // namespace weir
