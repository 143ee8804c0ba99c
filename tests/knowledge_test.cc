#include "analyzer/knowledge/knowledge.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace looplint {
namespace {

const Knowledge& K() { return Knowledge::Builtin(); }

// A name that another row or type may refer to: a row, a type, a member that is found by inheritance, or a
// module none of whose names is a row yet.
bool Exists(std::string_view name) {
  if (name == "this" || K().Find(name) != nullptr || K().FindType(name) != nullptr) return true;
  size_t hash = name.find('#');
  return hash != std::string_view::npos && K().FindMember(name.substr(0, hash), name.substr(hash + 1)) != nullptr;
}

std::string ExtendError(const std::string& document) {
  auto extended = Knowledge::Extend({document});
  return extended.ok() ? "" : std::string(extended.status().message());
}

TEST(Knowledge, KnowsTheCore) {
  const Api* api = K().Find("fs.readFileSync");
  ASSERT_NE(api, nullptr);
  EXPECT_EQ(api->style, CallStyle::kSync);
  EXPECT_EQ(api->block, Block::kIo);
  EXPECT_EQ(api->twin, "fs.promises.readFile");
  EXPECT_EQ(api->in, "*");
  ASSERT_EQ(api->sinks.size(), 1u);
  EXPECT_EQ(api->sinks[0].kind, "path");
  EXPECT_EQ(api->sinks[0].first_arg, 0);
  EXPECT_EQ(api->sinks[0].last_arg, 0);

  api = K().Find("fs.readFile");
  ASSERT_NE(api, nullptr);
  EXPECT_EQ(api->style, CallStyle::kErrorFirst);
  EXPECT_TRUE(api->callback_required);
  EXPECT_EQ(api->callback_at, 2);

  api = K().Find("fs.promises.open");
  ASSERT_NE(api, nullptr);
  EXPECT_EQ(api->style, CallStyle::kPromise);
  EXPECT_EQ(api->resolves, "fs.promises.FileHandle");

  api = K().Find("http.createServer");
  ASSERT_NE(api, nullptr);
  EXPECT_EQ(api->returns, "http.Server");
  ASSERT_EQ(api->handlers.size(), 1u);
  EXPECT_EQ(api->handlers[0].first, -1);
  EXPECT_EQ(api->handlers[0].last, -1);
  EXPECT_EQ(api->handlers[0].context, Context::kRequest);
  ASSERT_EQ(api->handlers[0].async_errors.size(), 1u);
  EXPECT_EQ(api->handlers[0].async_errors[0].range, "*");
  EXPECT_EQ(api->handlers[0].async_errors[0].errors, AsyncErrors::kUnhandled);

  EXPECT_EQ(K().Find("fs.noSuchThing"), nullptr);
}

TEST(Knowledge, Modules) {
  EXPECT_EQ(K().Module("fs"), "fs");
  EXPECT_EQ(K().Module("node:fs"), "fs");
  EXPECT_EQ(K().Module("fs/promises"), "fs.promises");
  EXPECT_EQ(K().Module("node:fs/promises"), "fs.promises");
  EXPECT_EQ(K().Module("node:test"), "test");
  EXPECT_EQ(K().Module("test"), "") << "without the prefix it is a package";
  EXPECT_EQ(K().Module("process"), "global.process");
  EXPECT_EQ(K().Module("express"), "express");
  EXPECT_EQ(K().Module("node:express"), "");
  EXPECT_EQ(K().Module("koa-router"), "@koa/router");
  EXPECT_EQ(K().Module("no-such-package"), "");
  EXPECT_TRUE(K().IsNodeBuiltin("fs"));
  EXPECT_TRUE(K().IsNodeBuiltin("node:fs/promises"));
  EXPECT_TRUE(K().IsNodeBuiltin("punycode")) << "known though it has no rows";
  EXPECT_FALSE(K().IsNodeBuiltin("test"));
  EXPECT_TRUE(K().IsNodeBuiltin("node:test"));
  EXPECT_FALSE(K().IsNodeBuiltin("express"));
}

TEST(Knowledge, Inheritance) {
  EXPECT_TRUE(K().Is("fs.ReadStream", "stream.Readable"));
  EXPECT_TRUE(K().Is("fs.ReadStream", "events.EventEmitter"));
  EXPECT_FALSE(K().Is("fs.ReadStream", "stream.Writable"));
  EXPECT_TRUE(K().Is("net.Socket", "stream.Readable"));
  EXPECT_TRUE(K().Is("net.Socket", "stream.Writable")) << "a Duplex is both";
  EXPECT_TRUE(K().Is("http.ServerResponse", "stream.Writable"));
  EXPECT_TRUE(K().Is("http.Server", "net.Server"));
  EXPECT_TRUE(K().Is("stream.Readable", "stream.Readable"));
  EXPECT_FALSE(K().Is("", ""));
  EXPECT_FALSE(K().Is("unknown", "stream.Readable"));

  const Api* write = K().FindMember("net.Socket", "write");
  ASSERT_NE(write, nullptr);
  EXPECT_EQ(write->name, "stream.Writable#write");
  EXPECT_TRUE(write->must_check);
  for (const char* type : {"crypto.Hash", "crypto.Hmac", "global.process.stdout"}) {
    const Api* other = K().FindMember(type, "write");
    ASSERT_NE(other, nullptr) << type;
    EXPECT_FALSE(other->must_check) << type;
  }
  const Api* on = K().FindMember("fs.ReadStream", "on");
  ASSERT_NE(on, nullptr);
  ASSERT_EQ(on->handlers.size(), 1u);
  EXPECT_EQ(on->handlers[0].event_arg, 0);
  EXPECT_EQ(on->handlers[0].first, 1);
  EXPECT_EQ(K().FindMember("fs.ReadStream", "noSuchMember"), nullptr);
  EXPECT_EQ(K().FindMember("noSuchType", "on"), nullptr);

  const Event* error = K().FindEvent("zlib.Gunzip", "error");
  ASSERT_NE(error, nullptr);
  EXPECT_TRUE(error->fatal);
  error = K().FindEvent("http.IncomingMessage", "error");
  ASSERT_NE(error, nullptr);
  EXPECT_FALSE(error->fatal) << "emitted only to listeners";
  const Event* request = K().FindEvent("http.Server", "request");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->args, (std::vector<std::string>{"http.IncomingMessage", "http.ServerResponse"}));
  EXPECT_EQ(request->context, Context::kRequest);
  EXPECT_EQ(K().FindEvent("http.Server", "noSuchEvent"), nullptr);
}

TEST(Knowledge, ReferencesLeadSomewhere) {
  std::set<std::string> dangling;
  auto refer = [&](const std::string& from, const std::string& to) {
    if (!to.empty() && !Exists(to)) dangling.insert(from + " -> " + to);
  };
  for (const Api* api : K().all()) {
    refer(api->name, api->twin);
    if (api->returns != "Promise") refer(api->name, api->returns);
    refer(api->name, api->resolves);
    refer(api->name, api->replacement);
    for (const Handler& h : api->handlers) {
      for (const std::string& p : h.params) refer(api->name, p);
      for (const std::string& p : h.params_if_4) refer(api->name, p);
    }
    if (size_t hash = api->name.find('#'); hash != std::string::npos) {
      if (K().FindType(api->name.substr(0, hash)) == nullptr) dangling.insert(api->name + ": no such type");
    }
  }
  for (const Type* type : K().types()) {
    if (!type->extends.empty() && K().FindType(type->extends) == nullptr) dangling.insert(type->name + " extends");
    for (const std::string& other : type->also) {
      if (K().FindType(other) == nullptr) dangling.insert(type->name + " also " + other);
    }
    for (const Event& e : type->events) {
      for (const std::string& a : e.args) refer(type->name + " on " + e.name, a);
    }
    for (const std::string& end : type->ends) {
      if (K().FindMember(type->name, end) == nullptr) dangling.insert(type->name + " ends with " + end);
    }
  }
  for (const Convention& c : K().conventions()) {
    for (const std::string& p : c.params) refer("convention", p);
  }
  for (const std::string& d : dangling) ADD_FAILURE() << d;
}

TEST(Knowledge, RowsMakeSense) {
  for (const Api* api : K().all()) {
    SCOPED_TRACE(api->name);
    EXPECT_GE(api->cost, 0);
    EXPECT_LE(api->cost, 3);
    EXPECT_EQ(api->block == Block::kNone, api->cost == 0) << "a blocking call has a cost, no other has";
    if (api->block != Block::kNone) {
      EXPECT_NE(api->style, CallStyle::kPromise);
    }
    if (api->style == CallStyle::kPromise) {
      EXPECT_EQ(api->returns, "Promise");
    }
    if (!api->resolves.empty()) {
      EXPECT_EQ(api->returns, "Promise");
    }
    if (api->style == CallStyle::kErrorFirst) {
      EXPECT_TRUE(api->callback_at >= 0 || api->name == "stream.pipeline");
    }
    if (api->is_property) {
      EXPECT_EQ(api->style, CallStyle::kUnknown);
    }
    for (const Sink& s : api->sinks) {
      EXPECT_FALSE(s.kind.empty());
      EXPECT_TRUE(s.first_arg >= 0 || !s.option.empty());
      EXPECT_LE(s.first_arg, s.last_arg);
    }
    for (const Source& s : api->sources) EXPECT_FALSE(s.kind.empty());
    for (const std::string& by : api->undone_by) EXPECT_TRUE(Exists(by)) << api->name << ": " << by;
    for (const Handler& h : api->handlers) {
      EXPECT_LE(h.first, h.last);
      for (const VersionedAsyncErrors& v : h.async_errors) EXPECT_FALSE(v.range.empty());
    }
  }
}

TEST(Knowledge, AllIsOrdered) {
  std::string last;
  for (const Api* api : K().all()) {
    EXPECT_LT(last, api->name);
    last = api->name;
    EXPECT_EQ(K().Find(api->name), api);
  }
  EXPECT_GT(K().all().size(), 3000u);
  EXPECT_GT(K().types().size(), 200u);
  EXPECT_FALSE(K().conventions().empty());
}

TEST(Extend, AddsAndChangesFieldByField) {
  auto extended = Knowledge::Extend({R"({
    "modules": {"socket.io-like": "socket.io-like"},
    "types": {"my-lib.Client": {"extends": "events.EventEmitter", "events": {"error": {"fatal": true}}},
              "net.Socket": {"events": {"data": {"fatal": true}}}},
    "rows": {
      "my-lib.runSync": {"style": "sync", "block": "cpu", "cost": 3, "twin": "my-lib.run"},
      "@scope/lib.x": {"style": "promise"},
      "fs.readFileSync": {"cost": 1}
    }})",
                                   R"({"rows": {"my-lib.runSync": {"cost": 2}}})"});
  ASSERT_TRUE(extended.ok()) << extended.status();
  const Knowledge& k = **extended;
  ASSERT_NE(k.Find("my-lib.runSync"), nullptr);
  EXPECT_EQ(k.Find("my-lib.runSync")->cost, 2);
  EXPECT_EQ(k.Find("my-lib.runSync")->block, Block::kCpu);
  EXPECT_EQ(k.Find("fs.readFileSync")->cost, 1);
  EXPECT_EQ(k.Find("fs.readFileSync")->block, Block::kIo) << "fields that are not given stay";
  EXPECT_EQ(K().Find("fs.readFileSync")->cost, 3) << "the builtin rows do not change";
  EXPECT_EQ(k.Module("my-lib"), "my-lib");
  EXPECT_EQ(k.Module("@scope/lib"), "@scope/lib");
  EXPECT_EQ(k.Module("fs"), "fs");
  EXPECT_TRUE(k.FindEvent("my-lib.Client", "error")->fatal);
  EXPECT_NE(k.FindMember("my-lib.Client", "on"), nullptr);
  const Event* data = k.FindEvent("net.Socket", "data");
  EXPECT_TRUE(data->fatal);
  EXPECT_EQ(data->context, Context::kStream);
  EXPECT_EQ(k.all().size(), K().all().size() + 2);
}

TEST(Extend, NothingToAdd) {
  auto extended = Knowledge::Extend({});
  ASSERT_TRUE(extended.ok());
  EXPECT_EQ((*extended)->all().size(), K().all().size());
  EXPECT_TRUE(Knowledge::Extend({"{}"}).ok());
}

TEST(Extend, SyntaxErrors) {
  EXPECT_EQ(ExtendError("{\"rows\":\n  {,}}").substr(0, 29), "document 0, line 2, column 4:");
  EXPECT_NE(ExtendError(""), "");
  EXPECT_NE(ExtendError("{"), "");
  EXPECT_NE(ExtendError("{} x"), "");
  EXPECT_NE(ExtendError("\xff"), "");
  EXPECT_NE(ExtendError("{\"rows\": {\"a\": {\"cost\": 1e999}}}"), "");
}

TEST(Extend, SchemaErrors) {
  EXPECT_EQ(ExtendError("[]"), "document 0, line 1, column 1: $: expected an object");
  EXPECT_EQ(ExtendError("{\n \"rows\": {\n  \"a.b\": {\"stile\": \"sync\"}\n }\n}"),
            "document 0, line 3, column 11: $.rows[\"a.b\"].stile: unknown field");
  EXPECT_EQ(ExtendError(R"({"rowz": {}})"), "document 0, line 1, column 2: $.rowz: unknown field");
  EXPECT_EQ(ExtendError(R"({"rows": {"a": {"style": "asink"}}})"),
            "document 0, line 1, column 17: $.rows.a.style: unknown value \"asink\", expected one of: sync, "
            "error-first, callback, promise, unknown");
  EXPECT_EQ(ExtendError(R"({"rows": {"a": {"cost": "2"}}})"),
            "document 0, line 1, column 17: $.rows.a.cost: expected a whole number, -1 or greater");
  EXPECT_EQ(ExtendError(R"({"rows": {"a": {"sinks": [{"kind": "sql", "arg": 0}, {"knd": "sql"}]}}})"),
            "document 0, line 1, column 55: $.rows.a.sinks[1].knd: unknown field");
  EXPECT_EQ(ExtendError(R"({"rows": {"a": {}, "a": {}}})"), "document 0, line 1, column 20: $.rows.a: row given twice");
  EXPECT_EQ(ExtendError(R"({"types": {"A": {"extends": "B"}, "B": {"extends": "A"}}})"),
            "document 0, line 1, column 35: $.types.B: extends itself");
  EXPECT_EQ(ExtendError(R"({"types": {"A": {"extends": "A"}}})"),
            "document 0, line 1, column 12: $.types.A: extends itself");
  for (const char* bad : {R"({"rows": []})", R"({"rows": {"": {}}})", R"({"rows": {"a": 1}})",
                          R"({"rows": {"a": {"handlers": {}}}})", R"({"rows": {"a": {"handlers": [{"last": "all"}]}}})",
                          R"({"rows": {"a": {"handlers": [{"async_errors": [1]}]}}})", R"({"modules": ["a"]})",
                          R"({"types": {"A": {"events": []}}})", R"({"rows": {"a": {"must_check": 1}}})",
                          R"({"rows": {"a": {"cost": 1.5}}})", R"({"conventions": [{"file": "x"}]})"}) {
    EXPECT_NE(ExtendError(bad), "") << bad;
  }
  auto second = Knowledge::Extend({"{}", "[]"});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(std::string(second.status().message()), "document 1, line 1, column 1: $: expected an object");
}

TEST(Extend, RolesOfFiles) {
  const Knowledge& builtin = Knowledge::Builtin();
  EXPECT_EQ(builtin.RoleOfPath("src/server.ts"), FileRole::kSource);
  EXPECT_EQ(builtin.RoleOfPath("test/server.ts"), FileRole::kTest);
  EXPECT_EQ(builtin.RoleOfPath("scripts/test/all.js"), FileRole::kTest);
  EXPECT_EQ(builtin.RoleOfImport("node:fs"), FileRole::kSource);
  EXPECT_EQ(builtin.RoleOfImport("@angular/core"), FileRole::kBrowser);
  EXPECT_EQ(builtin.RoleOfImport("path"), std::nullopt);
  EXPECT_EQ(builtin.RoleOfGlobal("window"), FileRole::kBrowser);
  auto own = Knowledge::Extend({R"({"files": [{"role": "node", "paths": ["/scripts/"], "modules": ["@angular/ssr/*"]},
                                             {"role": "browser", "globals": ["chrome"]}]})"});
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ((*own)->RoleOfPath("scripts/seed.js"), FileRole::kSource);
  EXPECT_EQ((*own)->RoleOfPath("tools/seed.js"), FileRole::kBuild);
  EXPECT_EQ((*own)->RoleOfImport("@angular/ssr/node"), FileRole::kSource);
  EXPECT_EQ((*own)->RoleOfGlobal("chrome"), FileRole::kBrowser);
  EXPECT_EQ(ExtendError(R"({"files": [{"paths": ["/x/"]}]})"), "document 0, line 1, column 12: $.files[0]: a sign needs a role");
}

TEST(Extend, Handlers) {
  auto extended = Knowledge::Extend({R"({"rows": {"web.get": {"handlers": [
      {"first": 1, "last": "rest", "flatten": true, "params": ["http.IncomingMessage", ""], "context": "request",
       "async_errors": [{"range": "<2", "errors": "unhandled"}, {"range": ">=2", "errors": "handled"}]},
      {"options": ["handler"], "when": "now", "async_errors": "handled"}]}}})"});
  ASSERT_TRUE(extended.ok()) << extended.status();
  const Api* api = (*extended)->Find("web.get");
  ASSERT_EQ(api->handlers.size(), 2u);
  EXPECT_EQ(api->handlers[0].last, Handler::kRest);
  EXPECT_TRUE(api->handlers[0].flatten);
  ASSERT_EQ(api->handlers[0].async_errors.size(), 2u);
  EXPECT_EQ(api->handlers[0].async_errors[1].range, ">=2");
  EXPECT_EQ(api->handlers[0].async_errors[1].errors, AsyncErrors::kHandled);
  EXPECT_EQ(api->handlers[1].when, When::kNow);
  EXPECT_EQ(api->handlers[1].options, std::vector<std::string>{"handler"});
}

}  // namespace
}  // namespace looplint
