#include "analyzer/packages/shell.h"

#include <algorithm>

namespace looplint {
namespace {

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsAssignment(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::ranges::all_of(word.substr(0, equals),
                             [](char c) {
                               return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                      (c >= 'A' && c <= 'Z');
                             }) &&
         !(word[0] >= '0' && word[0] <= '9');
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<ShellCommand> Read() {
    Commands('\0', false, 0);
    return std::move(out_);
  }

 private:
  // Up to `close` or the end.
  void Commands(char close, bool substituted, int depth) {
    ShellCommand command;
    bool pipe = false;
    size_t start = at_;
    std::string redirect;
    const auto flush = [&](bool next_pipe, bool caught) {
      if (!command.words.empty() || !command.assignments.empty()) {
        command.from_pipe = pipe;
        command.substituted = substituted;
        command.guarded = caught;
        command.at = {static_cast<uint32_t>(start), static_cast<uint32_t>(std::min(last_, text_.size()))};
        out_.push_back(std::move(command));
      }
      command = ShellCommand();
      pipe = next_pipe;
      redirect.clear();
    };
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (close != '\0' && c == close) {
        flush(false, false);
        ++at_;
        return;
      }
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
        continue;
      }
      if (c == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '\n' || text_[at_ + 1] == '\r')) {
        at_ += text_[at_ + 1] == '\r' && at_ + 2 < text_.size() && text_[at_ + 2] == '\n' ? 3 : 2;
        continue;
      }
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      if (c == '\n' || c == ';' || c == '(' || c == ')' || (c == '{' && Blank(at_ + 1)) ||
          (c == '}' && command.words.empty())) {
        flush(false, false);
        ++at_;
        continue;
      }
      if (c == '&') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '>') {  // &> file
          ++at_;
          continue;
        }
        flush(false, false);
        at_ += at_ + 1 < text_.size() && text_[at_ + 1] == '&' ? 2 : 1;
        continue;
      }
      if (c == '|') {
        const bool both = at_ + 1 < text_.size() && text_[at_ + 1] == '|';
        flush(!both, both);
        at_ += both || (at_ + 1 < text_.size() && text_[at_ + 1] == '&') ? 2 : 1;
        continue;
      }
      if (c == '<' || c == '>') {
        redirect = std::string(1, c);
        ++at_;
        while (at_ < text_.size() && (text_[at_] == '>' || text_[at_] == '<' || text_[at_] == '&' || text_[at_] == '|'))
          ++at_;
        continue;
      }
      if (command.words.empty() && command.assignments.empty()) start = at_;
      ShellWord word = Word(depth, close);
      last_ = at_;
      if (word.at.end == word.at.start) {  // nothing was taken: do not stand still
        ++at_;
        continue;
      }
      // "2>" redirects a stream, the digit is no word.
      if (at_ < text_.size() && (text_[at_] == '>' || text_[at_] == '<') && !word.text.empty() &&
          std::ranges::all_of(word.text, [](char d) { return d >= '0' && d <= '9'; })) {
        continue;
      }
      if (!redirect.empty()) {
        if (redirect == ">") command.writes.push_back(std::move(word));
        redirect.clear();
        continue;
      }
      if (command.words.empty()) {
        static constexpr std::string_view kKeywords[] = {"if",   "then",  "else",  "elif", "fi",  "do",
                                                         "done", "while", "until", "!",    "time"};
        if (std::ranges::find(kKeywords, word.text) != std::end(kKeywords)) continue;
        if (IsAssignment(word.text)) {
          command.assignments.push_back(std::move(word));
          continue;
        }
      }
      command.words.push_back(std::move(word));
    }
    flush(false, false);
  }

  bool Blank(size_t at) const { return at >= text_.size() || text_[at] == ' ' || text_[at] == '\n'; }

  ShellWord Word(int depth, char close) {
    ShellWord word;
    word.at.start = static_cast<uint32_t>(at_);
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' ||
          c == '(' || c == ')' || (close == '`' && c == '`')) {
        break;
      }
      if (c == '\\') {
        if (at_ + 1 < text_.size()) word.text += text_[at_ + 1];
        at_ = std::min(at_ + 2, text_.size());
        continue;
      }
      if (c == '\'') {
        const size_t end = std::min(text_.find('\'', at_ + 1), text_.size());
        word.text += text_.substr(at_ + 1, end - at_ - 1);
        at_ = std::min(end + 1, text_.size());
        continue;
      }
      if (c == '"') {
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"') {
          if (text_[at_] == '\\' && at_ + 1 < text_.size() &&
              std::string_view("\"\\$`\n").find(text_[at_ + 1]) != std::string_view::npos) {
            word.text += text_[at_ + 1];
            at_ += 2;
          } else if (!Substitution(word, depth)) {
            word.text += text_[at_++];
          }
        }
        at_ = std::min(at_ + 1, text_.size());
        continue;
      }
      if (Substitution(word, depth)) continue;
      word.text += c;
      ++at_;
    }
    word.at.end = static_cast<uint32_t>(at_);
    return word;
  }

  // $(...) and `...`: their commands are read, their text stays in the word.
  bool Substitution(ShellWord& word, int depth) {
    const bool dollar = text_.substr(at_, 2) == "$(" && text_.substr(at_, 3) != "$((";
    if (!dollar && text_[at_] != '`') return false;
    const size_t start = at_;
    at_ += dollar ? 2 : 1;
    if (depth > 8) {
      at_ = text_.size();
    } else {
      Commands(dollar ? ')' : '`', true, depth + 1);
    }
    word.text += text_.substr(start, at_ - start);
    return true;
  }

  std::string_view text_;
  size_t at_ = 0, last_ = 0;
  std::vector<ShellCommand> out_;
};

}  // namespace

std::string_view ShellCommand::program() const { return words.empty() ? std::string_view() : BaseName(words[0].text); }

std::vector<ShellCommand> ReadShell(std::string_view text) { return Reader(text).Read(); }

size_t ProgramIndex(const ShellCommand& command) {
  size_t i = 0;
  const auto skip_options = [&] {
    while (i < command.words.size() && command.words[i].text.starts_with('-')) ++i;
  };
  while (i + 1 < command.words.size()) {
    const std::string_view word = BaseName(command.words[i].text);
    if (word == "sudo" || word == "exec" || word == "nohup" || word == "command" || word == "nice" ||
        word == "xvfb-run" || word == "retry") {
      ++i;
      skip_options();
    } else if (word == "env" || word == "cross-env" || word == "cross-env-shell" || word == "dotenv") {
      ++i;
      while (i < command.words.size() &&
             (command.words[i].text.starts_with('-') || IsAssignment(command.words[i].text)))
        ++i;
    } else if (word == "corepack" || word == "call") {
      ++i;
    } else {
      break;
    }
  }
  return std::min(i, command.words.size());
}

}  // namespace looplint
