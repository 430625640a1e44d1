#include "local_backend/tool_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace weir {
namespace {

using std::string_view;

constexpr int kMaxDepth = 200;
constexpr std::size_t kMaxNodes = 1'000'000;

constexpr string_view kFirst[] = {
    "$schema", "$id",         "$ref",       "type",       "function", "name",
    "title",   "description", "parameters", "strict",     "format",   "enum",
    "const",   "default",     "items",      "properties", "required", "additionalProperties"};

// Objects whose members are names of the user's, not keywords.
constexpr string_view kMaps[] = {"properties", "patternProperties", "$defs", "definitions",
                                 "dependentSchemas"};

// Keywords whose value is an example of what the schema describes.
constexpr string_view kValueWords[] = {"default", "const", "enum", "example", "examples"};

std::size_t rank_of(string_view key) {
  return static_cast<std::size_t>(std::find(std::begin(kFirst), std::end(kFirst), key) -
                                  std::begin(kFirst));
}

struct Node {
  enum class Kind : std::uint8_t { kScalar, kObject, kList };
  Kind kind = Kind::kScalar;
  string_view key;   // as written, between the quotes; of an object's member
  string_view text;  // of a scalar, as written
  std::vector<std::uint32_t> children;
};

class TreeReader {
 public:
  explicit TreeReader(string_view json) : rest_(json) {}

  // The root is the first. Empty if it is no JSON, or too much of it.
  std::vector<Node> read() {
    const bool good = read_value({}, 0).has_value();
    skip_blank();
    if (!good || !rest_.empty()) nodes_.clear();
    return std::move(nodes_);
  }

 private:
  using Place = std::optional<std::uint32_t>;

  void skip_blank() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
  }
  bool skip(char c) {
    skip_blank();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Place read_value(string_view key, int depth) {
    skip_blank();
    if (depth >= kMaxDepth || nodes_.size() >= kMaxNodes || rest_.empty()) return {};
    const auto place = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({Node::Kind::kScalar, key, {}, {}});
    if (skip('{')) return read_members(place, depth) ? Place(place) : Place();
    if (skip('[')) return read_elements(place, depth) ? Place(place) : Place();
    nodes_[place].text = read_scalar();
    return nodes_[place].text.empty() ? Place() : Place(place);
  }

  bool read_members(std::uint32_t place, int depth) {
    nodes_[place].kind = Node::Kind::kObject;
    if (skip('}')) return true;
    do {
      skip_blank();
      const string_view key = read_text();
      if (key.size() < 2 || !skip(':')) return false;
      const Place child = read_value(key.substr(1, key.size() - 2), depth + 1);
      if (!child) return false;
      nodes_[place].children.push_back(*child);
    } while (skip(','));
    return skip('}');
  }

  bool read_elements(std::uint32_t place, int depth) {
    nodes_[place].kind = Node::Kind::kList;
    if (skip(']')) return true;
    do {
      const Place child = read_value({}, depth + 1);
      if (!child) return false;
      nodes_[place].children.push_back(*child);
    } while (skip(','));
    return skip(']');
  }

  // With its quotes; empty if it does not end.
  string_view read_text() {
    if (!rest_.starts_with('"')) return {};
    for (std::size_t at = 1;;) {
      at = rest_.find_first_of("\"\\", at);
      if (at >= rest_.size()) return {};
      if (rest_[at] == '"') return take(at + 1);
      at += 2;
    }
  }

  string_view read_scalar() {
    if (rest_.starts_with('"')) return read_text();
    return take(std::min(rest_.find_first_of(",:{}[]\" \t\n\r"), rest_.size()));
  }

  string_view take(std::size_t size) {
    const string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  string_view rest_;
  std::vector<Node> nodes_;
};

// What the members of an object are: keywords of a schema, names that the user gave to
// schemas, or part of a value.
enum class Meaning : std::uint8_t { kKeywords, kNames, kData };

class Ordering {
 public:
  explicit Ordering(std::vector<Node>* nodes) : nodes_(*nodes) {}

  // True if anything moved.
  bool run() {
    order(0, Meaning::kKeywords);
    return moved_;
  }

 private:
  void order(std::uint32_t place, Meaning meaning) {
    Node& node = nodes_[place];
    if (node.kind == Node::Kind::kObject) order_members(node.children, meaning);
    for (const std::uint32_t child : node.children) {
      const string_view key = nodes_[child].key;
      const bool keyword = node.kind == Node::Kind::kObject && meaning == Meaning::kKeywords;
      if (keyword && key == "required") order_set(nodes_[child]);
      order(child, keyword ? meaning_of(key) : inside(meaning));
    }
  }

  static Meaning meaning_of(string_view keyword) {
    const auto in = [&](const auto& list) {
      return std::find(std::begin(list), std::end(list), keyword) != std::end(list);
    };
    return in(kMaps) ? Meaning::kNames : in(kValueWords) ? Meaning::kData : Meaning::kKeywords;
  }
  static Meaning inside(Meaning meaning) {
    return meaning == Meaning::kData ? Meaning::kData : Meaning::kKeywords;
  }

  void order_members(std::vector<std::uint32_t>& members, Meaning meaning) {
    arrange(members, [&](std::uint32_t a, std::uint32_t b) {
      const string_view left = nodes_[a].key;
      const string_view right = nodes_[b].key;
      if (meaning != Meaning::kKeywords) return left < right;
      return std::pair(rank_of(left), left) < std::pair(rank_of(right), right);
    });
  }

  void order_set(Node& list) {
    const bool texts =
        std::all_of(list.children.begin(), list.children.end(),
                    [&](std::uint32_t child) { return nodes_[child].text.starts_with('"'); });
    if (list.kind != Node::Kind::kList || !texts) return;
    arrange(list.children,
            [&](std::uint32_t a, std::uint32_t b) { return nodes_[a].text < nodes_[b].text; });
  }

  template <class Less>
  void arrange(std::vector<std::uint32_t>& children, Less less) {
    if (std::is_sorted(children.begin(), children.end(), less)) return;
    std::sort(children.begin(), children.end(), [&](std::uint32_t a, std::uint32_t b) {
      return less(a, b) || (!less(b, a) && a < b);
    });
    moved_ = true;
  }

  std::vector<Node>& nodes_;
  bool moved_ = false;
};

void write(const std::vector<Node>& nodes, std::uint32_t place, std::string* out) {
  const Node& node = nodes[place];
  if (node.kind == Node::Kind::kScalar) {
    *out += node.text;
    return;
  }
  const bool object = node.kind == Node::Kind::kObject;
  *out += object ? '{' : '[';
  for (const std::uint32_t child : node.children) {
    if (child != node.children.front()) *out += ", ";
    if (object) {
      *out += '"';
      *out += nodes[child].key;
      *out += "\": ";
    }
    write(nodes, child, out);
  }
  *out += object ? '}' : ']';
}

// The tool's name as written; empty if it has none.
string_view tool_name_of(const std::vector<Node>& nodes) {
  if (nodes.empty()) return {};
  const auto child_of = [&](const Node& node, string_view key) -> const Node* {
    for (const std::uint32_t child : node.children) {
      if (nodes[child].key == key) return &nodes[child];
    }
    return nullptr;
  };
  const Node* function = child_of(nodes[0], "function");
  const Node* name = child_of(function != nullptr ? *function : nodes[0], "name");
  return name != nullptr ? name->text : string_view();
}

}  // namespace

bool order_tools(std::vector<std::string>* tools_json) {
  bool moved = false;
  std::vector<std::pair<std::string, std::string>> named;
  named.reserve(tools_json->size());
  for (std::string& tool : *tools_json) {
    std::vector<Node> nodes = TreeReader(tool).read();
    std::string name(tool_name_of(nodes));
    if (!nodes.empty() && Ordering(&nodes).run()) {
      std::string ordered;
      ordered.reserve(tool.size() + tool.size() / 8);
      write(nodes, 0, &ordered);
      tool = std::move(ordered);
      moved = true;
    }
    named.emplace_back(std::move(name), std::move(tool));
  }
  moved = moved || !std::is_sorted(named.begin(), named.end());
  std::sort(named.begin(), named.end());
  for (std::size_t i = 0; i < named.size(); ++i) (*tools_json)[i] = std::move(named[i].second);
  return moved;
}

}  // namespace weir
