#include "local_backend/tokenizer/merge_table.h"

#include <algorithm>
#include <string>

namespace weir {
namespace {

struct Line {
  TokenId left;
  TokenId right;
  MergeTable::Merge merge;
  bool operator<(const Line& other) const {
    if (left != other.left) return left < other.left;
    if (right != other.right) return right < other.right;
    return merge.rank < other.merge.rank;
  }
};

Error bad_merge(std::size_t index, std::string_view what) {
  return {ErrorCode::kInvalidModel,
          "tokenizer: merge " + std::to_string(index) + " " + std::string(what),
          "tokenizer_invalid"};
}

Result<Line> read_line(std::string_view text, std::size_t index, const Vocabulary& vocabulary) {
  // A part may itself begin with a space.
  const std::size_t space = text.find(' ', 1);
  if (space == text.npos) return bad_merge(index, "is not two parts with a space between");
  const std::string_view left = text.substr(0, space), right = text.substr(space + 1);
  const auto left_id = vocabulary.find(left), right_id = vocabulary.find(right);
  if (!left_id || !right_id) return bad_merge(index, "names a part that is not a token");
  const auto both = vocabulary.find(std::string(left) + std::string(right));
  if (!both) return bad_merge(index, "forms what is not a token");
  return Line{*left_id, *right_id, {static_cast<std::uint32_t>(index), *both}};
}

}  // namespace

Result<MergeTable> MergeTable::read(const GgufFile& file, const Vocabulary& vocabulary) {
  const auto texts = file.strings("tokenizer.ggml.merges", {0, kMaxMerges});
  if (!texts) return texts.error();
  std::vector<Line> lines;
  lines.reserve(texts->size());
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const auto line = read_line((*texts)[i], i, vocabulary);
    if (!line) return line.error();
    if (vocabulary.is_normal(line->merge.token)) lines.push_back(*line);
  }
  std::sort(lines.begin(), lines.end());
  MergeTable table;
  table.first_.assign(vocabulary.size() + 1, 0);
  table.entries_.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    // Listed twice: the first counts.
    if (i > 0 && lines[i - 1].left == line.left && lines[i - 1].right == line.right) continue;
    table.entries_.push_back({line.right, line.merge});
    ++table.first_[static_cast<std::size_t>(line.left) + 1];
  }
  for (std::size_t i = 1; i < table.first_.size(); ++i) table.first_[i] += table.first_[i - 1];
  return table;
}

std::optional<MergeTable::Merge> MergeTable::find(TokenId left, TokenId right) const {
  if (left < 0 || right < 0) return std::nullopt;
  const auto begin = entries_.begin() + first_[static_cast<std::size_t>(left)];
  const auto end = entries_.begin() + first_[static_cast<std::size_t>(left) + 1];
  const auto found =
      std::lower_bound(begin, end, right, [](const Entry& e, TokenId id) { return e.right < id; });
  if (found == end || found->right != right) return std::nullopt;
  return found->merge;
}

}  // namespace weir
