#include "analyzer/cli/terminal.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <cwchar>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr int kTab = 4;

// Decodes one code point at `i` and moves behind it; false and one byte for what is not UTF-8.
bool Decode(std::string_view s, size_t& i, char32_t& c) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char first = byte(i++);
  if (first < 0x80) return c = first, true;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
  if (more == 0 || first > 0xF4 || i + static_cast<size_t>(more) > s.size()) return false;
  c = first & (0x3Fu >> more);
  for (int k = 0; k < more; ++k) {
    if ((byte(i + static_cast<size_t>(k)) & 0xC0) != 0x80) return false;
    c = (c << 6) | (byte(i + static_cast<size_t>(k)) & 0x3Fu);
  }
  constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (c < kLeast[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
  i += static_cast<size_t>(more);
  return true;
}

// Invisible, and able to make code read as something else than it is.
bool Deceives(char32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0x061C || (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

bool WantsColor(std::string_view choice, bool is_tty) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  if (const char* force = std::getenv("FORCE_COLOR")) {
    const std::string_view value = force;
    return value != "0" && value != "false";
  }
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  // CI services that show colours though their output is a pipe.
  for (const char* ci : {"GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "TRAVIS"}) {
    if (std::getenv(ci) != nullptr) return true;
  }
  const char* term = std::getenv("TERM");
  return is_tty && (term == nullptr || std::string_view(term) != "dumb");
}

Terminal DescribeTerminal(int fd, std::string_view color_choice) {
  Terminal t;
  t.color = WantsColor(color_choice, isatty(fd) == 1);
  setlocale(LC_CTYPE, "");
  t.unicode = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  // Widths of characters are the same everywhere, so that output is.
  setlocale(LC_CTYPE, "C.UTF-8");
  winsize size{};
  if (isatty(fd) == 1 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    t.columns = size.ws_col;
  } else if (const char* columns = std::getenv("COLUMNS")) {
    if (const int n = std::atoi(columns); n > 0) t.columns = n;
  }
  t.columns = std::max(t.columns, 40);
  return t;
}

std::vector<Cell> Cells(std::string_view line) {
  std::vector<Cell> cells;
  int column = 0;
  for (size_t i = 0; i < line.size();) {
    const auto offset = static_cast<uint32_t>(i);
    const size_t start = i;
    char32_t c = 0;
    Cell cell{.bytes = {}, .width = 1, .offset = offset};
    if (!Decode(line, i, c)) {
      cell.bytes = "\uFFFD";
    } else if (c == '\t') {
      cell.width = kTab - column % kTab;
      cell.bytes.assign(static_cast<size_t>(cell.width), ' ');
    } else if (c < 0x20) {
      const char picture[] = {'\xE2', '\x90', static_cast<char>(0x80 + c), '\0'};  // U+2400 onwards
      cell.bytes = picture;
    } else if (c == 0x7F) {
      cell.bytes = "\u2421";
    } else if (Deceives(c)) {
      cell.bytes = "\uFFFD";
    } else {
      cell.bytes = line.substr(start, i - start);
      const int width = wcwidth(static_cast<wchar_t>(c));
      cell.width = width < 0 ? 1 : width;
    }
    column += cell.width;
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::string Plain(std::string_view text) {
  std::string out;
  std::string flat;
  flat.reserve(text.size());
  for (const char c : text) flat += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  for (const Cell& cell : Cells(flat)) out += cell.bytes;
  return out;
}

int Width(std::string_view text) {
  int width = 0;
  for (const Cell& cell : Cells(text)) width += cell.width;
  return width;
}

std::string Shorten(std::string_view text, int columns) {
  const std::vector<Cell> cells = Cells(text);
  int width = 0;
  for (const Cell& cell : cells) width += cell.width;
  std::string out;
  int used = 0;
  const bool cut = width > columns;
  for (const Cell& cell : cells) {
    if (cut && used + cell.width > columns - 1) break;
    out += cell.bytes;
    used += cell.width;
  }
  return cut ? Cat(out, "…") : out;
}

std::vector<std::string> Wrap(std::string_view text, int columns) {
  std::vector<std::string> lines(1);
  int width = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t start = text.find_first_not_of(' ', i);
    if (start == std::string_view::npos) break;
    const size_t end = std::min(text.find(' ', start), text.size());
    const std::string_view word = text.substr(start, end - start);
    const int room = Width(word);
    if (width > 0 && width + 1 + room > columns) {
      lines.emplace_back();
      width = 0;
    }
    if (width > 0) {
      lines.back() += ' ';
      ++width;
    }
    lines.back() += word;
    width += room;
    i = end;
  }
  return lines;
}

}  // namespace looplint
