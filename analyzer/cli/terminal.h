// What a terminal can show, and how much room text takes on it.
#ifndef LOOPLINT_ANALYZER_CLI_TERMINAL_H_
#define LOOPLINT_ANALYZER_CLI_TERMINAL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {

struct Terminal {
  bool color = false;
  bool unicode = true;  // the locale is UTF-8: lines can be drawn
  int columns = 120;    // of a terminal; else what logs and code review tools show without wrapping
};

// `choice` is auto, always or never; FORCE_COLOR, NO_COLOR and CI decide under auto, in this order, before `is_tty`.
bool WantsColor(std::string_view choice, bool is_tty);
// Of a file descriptor. Sets LC_CTYPE for the process, so call it once, early.
Terminal DescribeTerminal(int fd, std::string_view color_choice);

// One character as printed, with the byte offset in the line it came from.
struct Cell {
  std::string bytes;
  int width = 1;  // columns; 0 for what combines with the cell before
  uint32_t offset = 0;
};

// The characters of one line. Tabs become blanks. What could steer a terminal or reorder text (control characters,
// bidirectional marks, broken UTF-8) becomes a visible stand-in: analysed code must not draw on our screen.
std::vector<Cell> Cells(std::string_view line);
// The same as one string; line ends become blanks.
std::string Plain(std::string_view text);
int Width(std::string_view text);
// At most `columns` wide, with an ellipsis where text was cut off.
std::string Shorten(std::string_view text, int columns);
// Words in lines of at most `columns`; never empty.
std::vector<std::string> Wrap(std::string_view text, int columns);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_TERMINAL_H_
