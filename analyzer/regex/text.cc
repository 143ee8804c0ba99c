// Strings at the border: UTF-8, UTF-16, JavaScript literals.
#include "analyzer/regex/regex.h"

namespace looplint::regex {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kLinear:
      return "linear";
    case Verdict::kPolynomial:
      return "polynomial";
    case Verdict::kExponential:
      return "exponential";
    case Verdict::kInvalid:
      return "invalid";
    case Verdict::kUnknown:
      break;
  }
  return "unknown";
}

std::u16string ToUtf16(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const int more = lead < 0x80                   ? 0
                     : lead >= 0xc2 && lead < 0xe0 ? 1
                     : lead >= 0xe0 && lead < 0xf0 ? 2
                     : lead >= 0xf0 && lead < 0xf5 ? 3
                                                   : -1;
    uint32_t c = more <= 0 ? lead : lead & (0x3fu >> more);
    bool good = more >= 0 && i + static_cast<size_t>(more) < text.size();
    for (int k = 1; good && k <= more; ++k) {
      const auto next = static_cast<uint8_t>(text[i + static_cast<size_t>(k)]);
      good = (next & 0xc0) == 0x80;
      c = c << 6 | (next & 0x3f);
    }
    if (good && ((more == 2 && c < 0x800) || (more == 3 && (c < 0x10000 || c > 0x10ffff)))) good = false;
    if (!good) {
      out.push_back(0xfffd);
      ++i;
      continue;
    }
    if (c > 0xffff) {
      out.push_back(static_cast<char16_t>(0xd800 + ((c - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xdc00 + ((c - 0x10000) & 0x3ff)));
    } else {
      out.push_back(static_cast<char16_t>(c));
    }
    i += static_cast<size_t>(more) + 1;
  }
  return out;
}

std::string ToUtf8(std::u16string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t c = text[i];
    if ((c & 0xfc00) == 0xd800 && i + 1 < text.size() && (text[i + 1] & 0xfc00) == 0xdc00) {
      c = 0x10000 + ((c - 0xd800) << 10) + (text[++i] - 0xdc00u);
    }
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
      continue;
    }
    const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    out.push_back(static_cast<char>((more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0) | c >> (6 * more)));
    for (int k = more - 1; k >= 0; --k) out.push_back(static_cast<char>(0x80 | ((c >> (6 * k)) & 0x3f)));
  }
  return out;
}

std::string Quote(std::u16string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "'";
  for (const char16_t c : text) {
    switch (c) {
      case '\n':
        out += "\\n";
        continue;
      case '\r':
        out += "\\r";
        continue;
      case '\t':
        out += "\\t";
        continue;
      case '\'':
        out += "\\'";
        continue;
      case '\\':
        out += "\\\\";
        continue;
      default:
        break;
    }
    if (c >= 32 && c < 127) {
      out.push_back(static_cast<char>(c));
    } else if (c < 256) {
      out += "\\x";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
    } else {
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHex[c >> shift & 15]);
    }
  }
  return out + "'";
}

std::string Attack::Expression(std::string_view n) const {
  std::string out;
  if (!prefix.empty()) out = Quote(prefix) + " + ";
  out += Quote(pump) + ".repeat(" + std::string(n) + ")";
  if (!suffix.empty()) out += " + " + Quote(suffix);
  return out;
}

}  // namespace looplint::regex
