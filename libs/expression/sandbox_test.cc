#include "libs/expression/sandbox.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "libs/status/status.h"

namespace fupin::expression {
namespace {

using Names = std::vector<std::string>;
using Values = std::vector<Input>;

absl::StatusOr<Output> Run(const std::string& text, const Names& names, const Values& values,
                           const Limits& limits = Limits()) {
  auto sandbox = Sandbox::Create(limits);
  REQUIRE(sandbox.ok());
  auto chunk = (*sandbox)->Compile(text, "rules.txtpb:7", names);
  if (!chunk.ok()) return chunk.status();
  return (*sandbox)->Evaluate(*chunk, values);
}

double Number(const std::string& text, const Names& names = {}, const Values& values = {}) {
  auto output = Run(text, names, values);
  INFO(output.status());
  REQUIRE(output.ok());
  REQUIRE(std::holds_alternative<double>(*output));
  return std::get<double>(*output);
}

std::string Reason(const std::string& text, const Names& names = {}, const Values& values = {},
                   const Limits& limits = Limits()) {
  auto output = Run(text, names, values, limits);
  REQUIRE_FALSE(output.ok());
  const auto problems = ProblemsOf(output.status());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "rules.txtpb:7");
  CHECK(problems[0].message_en.find("rules.txtpb:7") == 0);
  CHECK(problems[0].message_zh.find("rules.txtpb:7") == 0);
  return problems[0].reason;
}

TEST_CASE("ID-6 formulas compute over named inputs") {
  CHECK(Number("income / size", {"income", "size"}, {12000.0, 4.0}) == 3000.0);
  CHECK(Number("min(a, 3, 7) + max(a, 1) + abs(-2) + floor(1.9) + ceil(1.1)", {"a"}, {5.0}) == 13);
  CHECK(Number("a == nil and 1 or 2", {"a"}, {std::monostate()}) == 1);
  CHECK(Number("code == '02' and 1 or 0", {"code"}, {absl::string_view("02")}) == 1);
  CHECK(Number("1e3 + 0x10 + 2.5e-1") == 1016.25);
  CHECK(Number("(yes and 1 or 0)\n + 1", {"yes"}, {true}) == 2);
  CHECK(std::get<bool>(*Run("a > 3 and not b", {"a", "b"}, {4.0, false})));
  CHECK(std::get<std::string>(*Run("a .. '户'", {"a"}, {absl::string_view("贫困")})) == "贫困户");
  CHECK(std::holds_alternative<std::monostate>(*Run("nil", {}, {})));
}

TEST_CASE("ID-6 unknown names are an error when compiling, even where they would never run") {
  CHECK(Reason("true or missing", {"a"}, {1.0}) == "EXPRESSION_NAME");
  CHECK(Reason("print(1)") == "EXPRESSION_NAME");
  CHECK(Reason("io.open('x')") == "EXPRESSION_NAME");
  CHECK(Reason("_ENV") == "EXPRESSION_NAME");
  CHECK(Reason("_G") == "EXPRESSION_NAME");
  for (const char* name : {"os", "load", "require", "string", "debug", "coroutine", "setmetatable",
                           "getmetatable", "pcall", "rawget", "dofile", "collectgarbage"}) {
    CAPTURE(name);
    CHECK(Reason(std::string(name) + "('x')") == "EXPRESSION_NAME");
  }
}

TEST_CASE("ID-6 hostile expressions cannot be written") {
  CHECK(Reason("(function() while true do end end)()") == "EXPRESSION_NAME");
  CHECK(Reason("1) end, (function() return 2 end)(), function() return (1") ==
        "EXPRESSION_PARENTHESES");
  CHECK(Reason("1), (2") == "EXPRESSION_PARENTHESES");
  CHECK(Reason("((1)") == "EXPRESSION_PARENTHESES");
  CHECK(Reason("1, 2") == "EXPRESSION_SYNTAX");
  CHECK(Reason("1 -- comment") == "EXPRESSION_TOKEN");
  CHECK(Reason("[[x]]") == "EXPRESSION_TOKEN");
  CHECK(Reason("{1}") == "EXPRESSION_TOKEN");
  CHECK(Reason("a.b", {"a"}, {1.0}) == "EXPRESSION_TOKEN");
  CHECK(Reason("('x'):rep(1e9)") == "EXPRESSION_TOKEN");
  CHECK(Reason("a = 1", {"a"}, {1.0}) == "EXPRESSION_TOKEN");
  CHECK(Reason("1; 2") == "EXPRESSION_TOKEN");
  CHECK(Reason("...") == "EXPRESSION_TOKEN");
  CHECK(Reason("1 << 62") == "EXPRESSION_TOKEN");
  CHECK(Reason("'a\\z'") == "EXPRESSION_TOKEN");
  CHECK(Reason("'open") == "EXPRESSION_TOKEN");
  CHECK(Reason(std::string("1 + \0 1", 7)) == "EXPRESSION_TOKEN");
  CHECK(Reason("\x1bLua") == "EXPRESSION_TOKEN");
  CHECK(Reason("") == "EXPRESSION_SYNTAX");
  CHECK(Reason("1 +") == "EXPRESSION_SYNTAX");
  CHECK(Reason("12x") == "EXPRESSION_SYNTAX");
  CHECK(Reason(std::string(5000, '1')) == "EXPRESSION_LENGTH");
  // Nesting deeper than Lua's C stack is refused, not a crash.
  CHECK(Reason(std::string(2000, '(') + "1" + std::string(2000, ')')) == "EXPRESSION_SYNTAX");
  CHECK(Reason("1", {"not"}, {1.0}) == "EXPRESSION_NAME");
  CHECK(Reason("1", {"a b"}, {1.0}) == "EXPRESSION_NAME");
  CHECK(Reason("1", {"min"}, {1.0}) == "EXPRESSION_NAME");
  CHECK(Reason("1", {"a", "a"}, {1.0, 1.0}) == "EXPRESSION_NAME");
}

TEST_CASE("ID-6 an error says where in the expression it is") {
  auto output = Run("1 +\n  oops", {}, {});
  REQUIRE_FALSE(output.ok());
  CHECK(output.status().message().find("line 2 column 3") != absl::string_view::npos);
}

TEST_CASE("ID-6 evaluation faults are errors, never values") {
  CHECK(Reason("a + 1", {"a"}, {std::monostate()}) == "EXPRESSION_EVALUATION");
  CHECK(Reason("a < 1", {"a"}, {absl::string_view("7")}) == "EXPRESSION_EVALUATION");
  CHECK(Reason("a + 1", {"a"}, {absl::string_view("7")}) == "EXPRESSION_EVALUATION");
  CHECK(Reason("min('7', 1)") == "EXPRESSION_EVALUATION");
  CHECK(Reason("min()") == "EXPRESSION_EVALUATION");
  CHECK(Reason("1 // 0") == "EXPRESSION_EVALUATION");
  CHECK(Reason("a / 0", {"a"}, {1.0}) == "EXPRESSION_NOT_FINITE");
  CHECK(Reason("10 ^ 10 ^ 10") == "EXPRESSION_NOT_FINITE");
  CHECK(Reason("min") == "EXPRESSION_EVALUATION");
}

TEST_CASE("ID-6 instructions and memory are limited and the sandbox survives") {
  std::string sum = "a";
  for (int i = 0; i < 300; ++i) sum += "+a";
  CHECK(Reason(sum, {"a"}, {1.0}, Limits{.instructions = 100}) == "EXPRESSION_INSTRUCTIONS");
  CHECK(Number(sum, {"a"}, {1.0}) == 301);

  auto sandbox = Sandbox::Create(Limits{.memory_bytes = 256 * 1024});
  REQUIRE(sandbox.ok());
  auto doubled = (*sandbox)->Compile("a .. a .. a .. a", "x:1", Names{"a"});
  REQUIRE(doubled.ok());
  const std::string large(100'000, 'x');
  for (int i = 0; i < 3; ++i) {
    auto output = (*sandbox)->Evaluate(*doubled, Values{absl::string_view(large)});
    REQUIRE_FALSE(output.ok());
    CHECK(ReasonOf(output.status()) == "EXPRESSION_MEMORY");
    // An input that does not fit is refused the same way.
    const std::string larger(1'000'000, 'x');
    output = (*sandbox)->Evaluate(*doubled, Values{absl::string_view(larger)});
    REQUIRE_FALSE(output.ok());
    CHECK(ReasonOf(output.status()) == "EXPRESSION_MEMORY");
  }
  auto small = (*sandbox)->Evaluate(*doubled, Values{absl::string_view("ab")});
  REQUIRE(small.ok());
  CHECK(std::get<std::string>(*small) == "abababab");
  CHECK_FALSE(Sandbox::Create(Limits{.memory_bytes = 1000}).ok());
}

TEST_CASE("ID-6 chunks of one sandbox do not see each other") {
  auto sandbox = Sandbox::Create();
  REQUIRE(sandbox.ok());
  auto first = (*sandbox)->Compile("a + 1", "x:1", Names{"a"});
  auto second = (*sandbox)->Compile("b * 2", "x:2", Names{"b"});
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  for (int i = 0; i < 100'000; ++i) {
    const double n = i;
    REQUIRE(std::get<double>(*(*sandbox)->Evaluate(*first, Values{n})) == n + 1);
    REQUIRE(std::get<double>(*(*sandbox)->Evaluate(*second, Values{n})) == n * 2);
  }
  CHECK_FALSE((*sandbox)->Compile("a", "x:3", Names{"b"}).ok());
}

}  // namespace
}  // namespace fupin::expression
