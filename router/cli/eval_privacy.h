// `weir eval-privacy`: how much of what is private in known texts is found.
#pragma once

#include <string>

namespace weir::cli {

struct EvalPrivacyOptions {
  std::string file;  // router/cli/privacy_samples.h
  bool json = false;
  bool no_names = false;  // without Guesses::kNames
  bool wrong = false;     // show what is missed and what is found in error, a line each
};

// A table, or with `json` one object on one line:
//   of texts with spans {"texts","structured","any","per_kind"}: each measure has "precision",
//     "recall", "f1", "f2", "labelled", "found", "right", and the first two "intervals";
//   of secrets {"texts","secrets","raw","left_out"}: "recall" and "false_positive_share" with
//     "intervals", of the cleaned texts and of all.
// Returns an exit code of router/cli/output.h.
int eval_privacy(const EvalPrivacyOptions& options);

}  // namespace weir::cli
