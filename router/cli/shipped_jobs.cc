#include "router/cli/shipped_jobs.h"

#include "core/incbin.h"

WEIR_INCBIN(weir_unseen_values, WEIR_JOBS_FOLDER "/unseen_values.jsonl");
WEIR_INCBIN(weir_unseen_templates, WEIR_JOBS_FOLDER "/unseen_templates.jsonl");

namespace weir::cli {
namespace {

std::string_view text_of(const std::byte* begin, const std::byte* end) {
  return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::array<ShippedJobs, 2> shipped_jobs() {
  return {{{"unseen_values.jsonl", text_of(weir_unseen_values_begin, weir_unseen_values_end)},
           {"unseen_templates.jsonl",
            text_of(weir_unseen_templates_begin, weir_unseen_templates_end)}}};
}

}  // namespace weir::cli
