#include "local_backend/grammar/schema_check.h"

#include <utility>

namespace weir::grammar {

SchemaCheck::SchemaCheck(std::shared_ptr<const ShapeGraph> shapes, Layout layout)
    : machine_(shapes, layout),
      start_(machine_.state(machine_.value(
          shapes->roots().front(),
          layout == Layout::kAny ? machine_.white_space(machine_.end()) : machine_.end()))),
      state_(start_) {}

Result<std::unique_ptr<SchemaCheck>> SchemaCheck::create(std::string_view schema_json,
                                                         SchemaOptions options, Layout layout) {
  auto schemas = SchemaGraph::read(schema_json, options);
  if (!schemas) return schemas.error();
  auto shapes = ShapeGraph::create(std::move(*schemas));
  if (!shapes) return shapes.error();
  return std::unique_ptr<SchemaCheck>(new SchemaCheck(std::move(*shapes), layout));
}

}  // namespace weir::grammar
