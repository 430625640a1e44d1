#include "router/cli/eval_verbs.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weir::cli {
namespace {

// Runs before the words become values, which CLI11 would print as bytes.
CLI::IsMember one_of(std::vector<std::string> words) { return CLI::IsMember(std::move(words)); }

void add_eval(CLI::App& app, EvalOptions& options, int& code) {
  CLI::App* command =
      app.add_subcommand("eval", "how good the difficulty score is on graded prompts");
  command
      ->add_option("FILE", options.file,
                   "a JSON object a line: prompt, weak_ok and strong_ok (true, false or 0 to 1)")
      ->required();
  command->add_flag("--json", options.json, "as JSON");
  command->callback([&] { code = eval(options); });
}

void add_eval_mini(CLI::App& app, EvalMiniOptions& options, int& code) {
  CLI::App* command =
      app.add_subcommand("eval-mini", "how well a local model does small jobs with known answers");
  command->add_option("-m,--model", options.model, "a GGUF file; default: weir-mini");
  command->add_option(
      "--tasks", options.tasks,
      "a file of jobs, a JSON object a line; may be repeated; default: the shipped ones");
  command->add_option("--max-tokens", options.max_tokens, "of an answer, at most");
  command->add_flag("--json", options.json, "as JSON");
  command
      ->add_option("--form", options.form,
                   "free, asked (as each job asks) or schema: what JSON answers are held to")
      ->transform(CLI::Transformer(std::map<std::string, JobForm>{{"free", JobForm::kFree},
                                                                  {"asked", JobForm::kAsked},
                                                                  {"schema", JobForm::kSchema}})
                      .description(""))
      ->transform(one_of({"free", "asked", "schema"}));
  command->add_flag("--wrong", options.wrong, "show the jobs that went wrong");
  command->callback([&] { code = eval_mini(options); });
}

void add_eval_privacy(CLI::App& app, EvalPrivacyOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "eval-privacy", "how much of what is private in known texts is found, and what besides");
  command
      ->add_option("FILE", options.file,
                   "a JSON object a line: full_text and spans; or an array: rule, kind and text")
      ->required();
  command->add_flag("--json", options.json, "as JSON");
  command->add_flag("--no-names", options.no_names, "without guesses of names and places");
  command->add_flag("--wrong", options.wrong, "show what is missed or found in error");
  command->callback([&] { code = eval_privacy(options); });
}

void add_eval_delegation(CLI::App& app, EvalDelegationOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "eval-delegation", "what a local model gives away when it asks a cloud in other words");
  command
      ->add_option("FILE", options.file,
                   "a JSON object a line: messages, canaries, needed, said, expected")
      ->required();
  command->add_option("-m,--model", options.model, "a GGUF file; default: weir-mini");
  command
      ->add_option("--question", options.delegation.question,
                   "written or selected, as of [delegation]; default: auto")
      ->transform(CLI::Transformer(
                      std::map<std::string, QuestionForm>{{"auto", QuestionForm::kAuto},
                                                          {"written", QuestionForm::kWritten},
                                                          {"selected", QuestionForm::kSelected}})
                      .description(""))
      ->transform(one_of({"auto", "written", "selected"}));
  command->add_option("--question-tokens", options.delegation.question_tokens, "as of [delegation]")
      ->check(CLI::PositiveNumber);
  command->add_option("--copied-words", options.delegation.copied_words, "as of [delegation]")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options.json, "as JSON");
  command->add_flag("--show", options.show, "show every question");
  command->callback([&] { code = eval_delegation(options); });
}

}  // namespace

void add_evals(CLI::App& app, EvalVerbs& options, int& code) {
  add_eval(app, options.difficulty, code);
  add_eval_mini(app, options.mini, code);
  add_eval_privacy(app, options.privacy, code);
  add_eval_delegation(app, options.delegation, code);
}

}  // namespace weir::cli
