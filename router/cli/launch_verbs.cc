#include "router/cli/launch_verbs.h"

#include <algorithm>

namespace weir::cli {
namespace {

// Our own options stand before the client; what follows its name is the client's.
CLI::App* add_launch_verb(CLI::App& app, const char* verb, const char* about,
                          LaunchOptions& options, int (*run)(const LaunchOptions&), int& code) {
  CLI::App* command = app.add_subcommand(verb, about);
  command->add_option("-c,--config", options.config.path, "configuration file");
  command->add_option("--url", options.url, "where weir is; default: as the configuration says");
  command->add_option("--key", options.key, "of weir; default: the variable WEIR_API_KEY");
  command->add_flag("--dry-run", options.dry_run, "say what would be set and run");
  command->prefix_command();
  command->callback([&options, &code, command, run] {
    options.command = command->remaining();
    if (!options.command.empty() && options.command.front() == "--") {
      options.command.erase(options.command.begin());
    }
    if (options.command.empty()) throw CLI::RequiredError("a command");
    if (options.command.front().starts_with('-')) {
      throw CLI::ParseError(options.command.front() + " is no option of " + command->get_name() +
                                ": weir's stand before the client, the client's behind it",
                            CLI::ExitCodes::ExtrasError);
    }
    code = run(options);
  });
  return command;
}

}  // namespace

void add_launch(CLI::App& app, LaunchOptions& options, int& code) {
  CLI::App* launch = add_launch_verb(app, "launch",
                                     "start codex, opencode, gemini, openclaw, claude, aider or "
                                     "another client, with its arguments, on weir",
                                     options, weir::cli::launch, code);
  launch->add_option("--model", options.model, "what it asks for; default: auto");
  launch->add_flag("--write", options.write,
                   "write it into the client's own configuration instead, after a copy");
  add_launch_verb(app, "exec", "run a command whose clients ask weir: exec -- cmd…", options, exec,
                  code);
}

// In reverse, as CLI11 takes them. The "--" of "exec -- cmd" ends the options of exec, which to
// CLI11 would be those of all verbs.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool starts = !words.empty() && (words[0] == "launch" || words[0] == "exec");
  for (std::size_t i = 1; starts && i < words.size(); ++i) {
    if (!words[i].starts_with('-')) break;
    if (words[i] == "--") {
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
    const bool alone = words[i] == "--dry-run" || words[i] == "--write";
    if (!alone && words[i].find('=') == std::string::npos) ++i;
  }
  std::reverse(words.begin(), words.end());
  return words;
}

}  // namespace weir::cli
