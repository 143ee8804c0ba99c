#include "analyzer/cli/completions.h"

#include "analyzer/base/strings.h"
#include "analyzer/cli/formats.h"
#include "analyzer/cli/options.h"
#include "analyzer/engine/config.h"

namespace looplint {
namespace {

struct Choice {
  std::vector<std::string> names;  // with dashes
  std::string help;
  bool takes_value = false, takes_file = false;
  std::vector<std::string> values;
};

std::vector<Choice> Choices() {
  Options options;
  CLI::App app;
  AddRunOptions(app, options);
  AddLintOptions(app, options);
  std::vector<Choice> out;
  for (const CLI::Option* o : app.get_options()) {
    Choice c;
    for (const std::string& name : o->get_snames()) c.names.push_back("-" + name);
    for (const std::string& name : o->get_lnames()) c.names.push_back("--" + name);
    if (c.names.empty()) continue;
    c.help = o->get_description();
    c.takes_value = o->get_items_expected_max() > 0 && o->get_lnames() != std::vector<std::string>{"stats"};
    const std::string first = o->get_lnames().empty() ? "" : o->get_lnames().front();
    if (first == "format") {
      for (const Format& f : Formats()) c.values.emplace_back(f.name);
    } else if (first == "only" || first == "allow" || first == "warn" || first == "deny" || first == "explain") {
      c.values = RuleWords();
    } else if (first == "color") {
      c.values = {"auto", "always", "never"};
    } else if (first == "trace") {
      c.values = {"none", "short", "full"};
    } else if (first == "report") {
      c.values = {"introduced", "touched", "all"};
    } else if (first == "config" || first == "baseline" || first == "output-file" || first == "stdin-filename" || first == "print-config") {
      c.takes_file = true;
    }
    out.push_back(std::move(c));
  }
  return out;
}

// For text between single quotes.
std::string Quoted(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

std::string Bash(const std::vector<std::pair<std::string, std::string>>& commands) {
  std::string flags, cases, words;
  for (const auto& [name, help] : commands) words += Cat(name, " ");
  for (const Choice& c : Choices()) {
    flags += Cat(Join(c.names, " "), " ");
    if (!c.takes_value) continue;
    cases += Cat("    ", Join(c.names, "|"), ") ",
                 c.values.empty() ? std::string("COMPREPLY=($(compgen -f -- \"$word\"))") : Cat("COMPREPLY=($(compgen -W '", Join(c.values, " "), "' -- \"$word\"))"),
                 "; return ;;\n");
  }
  return Cat("# bash completion for looplint; looplint completions bash\n_looplint() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n",
             "  case \"$before\" in\n", cases, "    explain) COMPREPLY=($(compgen -W '", Join(RuleWords(), " "), "' -- \"$word\")); return ;;\n  esac\n",
             "  if [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W '", flags, "' -- \"$word\"))\n  elif [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W '", words,
             "' -- \"$word\") $(compgen -f -- \"$word\"))\n  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\ncomplete -o filenames -F _looplint looplint\n");
}

std::string Zsh(const std::vector<std::pair<std::string, std::string>>& commands) {
  const auto plain = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
    return Quoted(out);
  };
  std::string rows, words;
  for (const auto& [name, help] : commands) words += Cat("    '", name, ":", plain(help), "'\n");
  for (const Choice& c : Choices()) {
    for (const std::string& name : c.names) {
      rows += Cat("    '*", name, "[", plain(c.help), "]", !c.takes_value ? "" : c.values.empty() ? ":value:_files" : Cat(":value:(", Join(c.values, " "), ")"), "' \\\n");
    }
  }
  return Cat("#compdef looplint\n# zsh completion for looplint; looplint completions zsh\n_looplint() {\n  local -a commands\n  commands=(\n", words,
             "  )\n  if (( CURRENT == 2 )); then _describe command commands; fi\n  _arguments \\\n", rows, "    '*:path:_files'\n}\n_looplint \"$@\"\n");
}

std::string Fish(const std::vector<std::pair<std::string, std::string>>& commands) {
  std::string out = "# fish completion for looplint; looplint completions fish\n";
  const auto plain = [](std::string_view text) {
    std::string quoted;
    for (const char c : text) {
      if (c == '\'' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return quoted;
  };
  for (const auto& [name, help] : commands) out += Cat("complete -c looplint -n __fish_use_subcommand -a ", name, " -d '", plain(help), "'\n");
  for (const Choice& c : Choices()) {
    out += "complete -c looplint";
    for (const std::string& name : c.names) out += name.starts_with("--") ? Cat(" -l ", name.substr(2)) : Cat(" -s ", name.substr(1));
    if (c.takes_value) out += c.values.empty() ? std::string(" -r") : Cat(" -x -a '", Join(c.values, " "), "'");
    out += Cat(" -d '", plain(c.help), "'\n");
  }
  return out;
}

}  // namespace

std::string Completions(std::string_view shell, const std::vector<std::pair<std::string, std::string>>& commands) {
  return shell == "bash" ? Bash(commands) : shell == "zsh" ? Zsh(commands) : shell == "fish" ? Fish(commands) : "";
}

}  // namespace looplint
