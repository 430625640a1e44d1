// The syntax tree of a template.
//
// One kind of node for everything: what a node needs beyond its children is a name or a
// constant. Immutable once parsed. No node has more than kMaxTreeDepth above it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "local_backend/chat_template/jinja_value.h"

namespace weir::jinja {

inline constexpr int kMaxTreeDepth = 300;

struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
  enum class Kind : std::uint8_t {
    // Expressions. `children` in order; a child that was left out is null.
    kConstant,   // constant
    kName,       // name
    kList,       //
    kTuple,      //
    kDict,       // key, value, key, value ...
    kAttribute,  // object; name
    kItem,       // object, index
    kSlice,      // object, begin, end, step
    kCall,       // callee, arguments; named
    kFilter,     // value (null: of a block), arguments; name, named
    kTest,       // value, arguments; name, named
    kUnary,      // operand; name is "-", "+" or "not"
    kBinary,     // left, right; name is the operator
    kConcat,     // operands of ~
    kCompare,    // operands; names holds the operators between them
    kCondition,  // value, condition, else or null
    // Statements.
    kBody,         // statements
    kText,         // constant
    kPrint,        // expression
    kIf,           // condition, body, condition, body ..., [body]
    kFor,          // target, list, filter or null, body, else or null
    kSet,          // target, value
    kSetBlock,     // target, filter or null, body
    kMacro,        // body, defaults of the last parameters; name, names: the parameters
    kFilterBlock,  // filter, body
    kBreak,        //
    kContinue,     //
  };

  Kind kind;
  std::size_t at = 0;  // byte of the source
  std::string name = {};
  Value constant = {};
  std::vector<NodePtr> children = {};
  std::vector<std::pair<std::string, NodePtr>> named = {};
  std::vector<std::string> names = {};
  bool takes_varargs = false;  // macros that read these
  bool takes_kwargs = false;
};
using NodeKind = Node::Kind;

}  // namespace weir::jinja
