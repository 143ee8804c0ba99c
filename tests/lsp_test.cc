// The parts of the language server that are functions: frames, positions, changes, URIs, completion. The whole is tested
// from outside, by tests/editors.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "analyzer/base/strings.h"
#include "lsp/completion.h"
#include "lsp/frame.h"
#include "lsp/text.h"

namespace looplint::lsp {
namespace {

using Got = FrameReader::Got;

// What a reader makes of bytes that come in pieces: bodies in brackets, "!" for garbage, "^" for too long.
std::string ReadAll(std::string_view bytes, size_t piece, size_t limit = 1000) {
  FrameReader reader(limit);
  std::string out, body;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    reader.Feed(bytes.substr(at, piece));
    for (Got got = reader.Next(body); got != Got::kNothing; got = reader.Next(body)) {
      out += got == Got::kBody ? Cat("[", body, "]") : got == Got::kGarbage ? "!" : "^";
    }
  }
  return out;
}

TEST(FrameReaderTest, ReadsMessagesInAnyPieces) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {Cat(Frame("{}"), Frame("{\"a\":1}")), "[{}][{\"a\":1}]"},
      {Frame(""), "[]"},
      {"content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}", "[{}]"},
      {"X-Before: 1\r\nContent-Length: 2\r\n\r\n{}", "[{}]"},
      {"Content-Length: 2\n\n{}", "[{}]"},
      {Cat("\r\n\r\n", Frame("{}")), "![{}]"},
      {Cat("{\"jsonrpc\": \"2.0\"}\n", Frame("{}")), "![{}]"},
      {Cat("Content-Length: x\r\n\r\n", Frame("{}")), "![{}]"},
      {Cat("\nX: 4\r\nContent-Length: 4\r\n\r\n,,{}", Frame("[]")), "![,,{}][[]]"},
      {Cat("-X: 4\r\n", Frame("[]")), "![[]]"},
      // What follows garbage and looks like a header when only half of it has come.
      {Cat("\"\nContent-LeContent-Length: x\r\nContent-Length: 2\r\n\r\n{}", Frame("[]")), "![[]]"},
      {Cat("Content-Length: 1\r\nContent-Length: 2\r\n\r\n", Frame("{}")), "![{}]"},
      {Cat("Content-Length: -5\r\n\r\nabc", Frame("{}")), "![{}]"},
      {Cat("Content-Length: 99999999999999999999\r\n\r\n", Frame("{}")), "![{}]"},
      {Cat("Content-Length: 2000\r\n\r\n", std::string(2000, 'x'), Frame("{}")), "^[{}]"},
      {Cat(std::string(10000, 'C'), Frame("{}")), "![{}]"},
      {"Content-Length: 2\r\n\r\n{", ""},
  };
  for (const auto& [bytes, want] : cases) {
    for (const size_t piece : {size_t{1}, size_t{3}, size_t{17}, bytes.size()}) {
      // A wrong header splits where the next one is looked for; what follows is found all the same.
      EXPECT_EQ(ReadAll(bytes, piece), want) << bytes.substr(0, 100) << " in pieces of " << piece;
    }
  }
}

TEST(TextTest, Uris) {
  EXPECT_EQ(PathOf("file:///a/b%20c/%C3%A9.js"), "/a/b c/\xC3\xA9.js");
  EXPECT_EQ(PathOf("file://localhost/a"), "/a");
  EXPECT_EQ(PathOf("file://other/a"), "");
  EXPECT_EQ(PathOf("untitled:Untitled-1"), "");
  EXPECT_EQ(PathOf("file:///a/../b/./c"), "/b/c");
  EXPECT_EQ(PathOf("file:///a%00b"), "");
  EXPECT_EQ(PathOf("file:///100%"), "/100%");
  for (const std::string path : {"/a b/c#d?.js", "/\xF0\x9F\x90\xA2", "/a%20b"}) EXPECT_EQ(PathOf(UriOf(path)), path);
}

TEST(TextTest, PositionsThereAndBack) {
  const std::string text = "a\xC3\xA9\xF0\x9F\x90\xA2z\r\n\rlast";
  const LineIndex lines(text);
  for (const ColumnUnit unit : {ColumnUnit::kUtf8, ColumnUnit::kUtf16, ColumnUnit::kCodePoint}) {
    for (uint32_t at = 0; at <= text.size(); ++at) {
      if (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
      if (text.substr(0, at).ends_with("\r\n") || !text.substr(0, at).ends_with('\r') || text[at] != '\n') {
        EXPECT_EQ(OffsetOf(lines, PositionOf(lines, at, unit), unit), at) << at;
      }
    }
  }
  // Beyond the line, the text, between the halves of a pair: the nearest place before.
  EXPECT_EQ(OffsetOf(lines, {{"line", 0}, {"character", 99}}, ColumnUnit::kUtf16), 8u);
  EXPECT_EQ(OffsetOf(lines, {{"line", 99}, {"character", 0}}, ColumnUnit::kUtf16), text.size());
  EXPECT_EQ(OffsetOf(lines, {{"line", 0}, {"character", 3}}, ColumnUnit::kUtf16), 3u);
  EXPECT_EQ(OffsetOf(lines, {{"line", -1}, {"character", "x"}}, ColumnUnit::kUtf16), 0u);
}

TEST(TextTest, Changes) {
  std::string text = "one\ntwo\nthree";
  const auto change = [](int l1, int c1, int l2, int c2, const char* with) {
    return Json{{"range", {{"start", {{"line", l1}, {"character", c1}}}, {"end", {{"line", l2}, {"character", c2}}}}}, {"text", with}};
  };
  EXPECT_TRUE(ApplyChanges(text, Json::array({change(1, 0, 1, 3, "2"), change(0, 3, 1, 0, " ")}), ColumnUnit::kUtf16));
  EXPECT_EQ(text, "one 2\nthree");
  EXPECT_TRUE(ApplyChanges(text, Json::array({change(9, 9, 9, 9, "!")}), ColumnUnit::kUtf16));
  EXPECT_EQ(text, "one 2\nthree!");
  EXPECT_FALSE(ApplyChanges(text, Json::array({{{"text", "new"}}, {{"text", 5}}}), ColumnUnit::kUtf16));
  EXPECT_EQ(text, "new");
  EXPECT_FALSE(ApplyChanges(text, "no", ColumnUnit::kUtf16));
}

std::vector<std::string> Labels(std::string text) {
  const size_t at = text.find('|');
  text.erase(at, 1);
  const Json items = CompleteConfig(text, static_cast<uint32_t>(at), {});
  std::vector<std::string> labels;
  for (const Json& item : items) labels.push_back(item["label"]);
  return labels;
}
bool Offers(const std::string& text, const std::string& label) {
  const auto labels = Labels(text);
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

TEST(CompletionTest, OfConfigurations) {
  EXPECT_TRUE(Offers("{|", "rules"));
  EXPECT_TRUE(Offers("{ \"ru|", "rules"));
  EXPECT_TRUE(Offers("{ // words\n  \"rules\": {}, \"|\" }", "ignore"));
  EXPECT_FALSE(Offers("{ \"rules\": {}, \"|\" }", "rules")) << "it is there already";
  EXPECT_TRUE(Offers("{\"rules\": {\"|\"}}", "promises/floating"));
  EXPECT_TRUE(Offers("{\"rules\": {\"promises/floating\": \"|\"}}", "warn"));
  EXPECT_TRUE(Offers("{\"overrides\": [{\"|", "excludeFiles"));
  EXPECT_TRUE(Offers("{\"overrides\": [{\"files\": [\"a\"], \"rules\": {\"|", "promises/floating"));
  EXPECT_TRUE(Offers("{\"extends\": [\"|", "looplint:recommended"));
  EXPECT_TRUE(Offers("{\"extends\": |", "looplint:all"));
  EXPECT_TRUE(Labels("{ // ru|").empty());
  EXPECT_TRUE(Labels("|").empty());
}

}  // namespace
}  // namespace looplint::lsp
