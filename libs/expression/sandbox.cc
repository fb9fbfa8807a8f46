#include "libs/expression/sandbox.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <lua.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/expression/tokens.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace fupin::expression {
namespace {

constexpr size_t kMaxInputs = 100;
constexpr char kOutOfInstructions[] = "instruction limit";

// The five functions take numbers only; strings are never converted.
double NumberAt(lua_State* lua, int index, const char* function) {
  if (lua_type(lua, index) != LUA_TNUMBER) {
    luaL_error(lua, "%s: argument %d is not a number", function, index);
  }
  return lua_tonumber(lua, index);
}

int Fold(lua_State* lua, const char* function, bool smallest) {
  double best = NumberAt(lua, 1, function);
  for (int i = 2; i <= lua_gettop(lua); ++i) {
    const double next = NumberAt(lua, i, function);
    if (smallest ? next < best : next > best) best = next;
  }
  lua_pushnumber(lua, best);
  return 1;
}

int Min(lua_State* lua) { return Fold(lua, "min", true); }
int Max(lua_State* lua) { return Fold(lua, "max", false); }

int Abs(lua_State* lua) {
  lua_pushnumber(lua, std::fabs(NumberAt(lua, 1, "abs")));
  return 1;
}

int Floor(lua_State* lua) {
  lua_pushnumber(lua, std::floor(NumberAt(lua, 1, "floor")));
  return 1;
}

int Ceil(lua_State* lua) {
  lua_pushnumber(lua, std::ceil(NumberAt(lua, 1, "ceil")));
  return 1;
}

int Unknown(lua_State* lua) { return luaL_error(lua, "unknown name"); }

// Builds the only environment chunks see; reading anything else from it raises an error.
int Open(lua_State* lua) {
  lua_rawgeti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  constexpr luaL_Reg kFunctions[] = {{"min", Min},     {"max", Max},   {"abs", Abs},
                                     {"floor", Floor}, {"ceil", Ceil}, {nullptr, nullptr}};
  luaL_setfuncs(lua, kFunctions, 0);
  lua_createtable(lua, 0, 3);
  lua_pushcfunction(lua, Unknown);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, Unknown);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, -2);
  return 0;
}

void StopRunning(lua_State* lua, lua_Debug*) { luaL_error(lua, kOutOfInstructions); }

struct Source {
  const char* text;
  size_t size;
};

// Loads the wrapper, runs it to get the function, and returns its reference.
int CompileProtected(lua_State* lua) {
  const auto* source = static_cast<const Source*>(lua_touserdata(lua, 1));
  if (luaL_loadbufferx(lua, source->text, source->size, "=expression", "t") != LUA_OK) {
    return lua_error(lua);
  }
  lua_call(lua, 0, 1);
  lua_pushinteger(lua, luaL_ref(lua, LUA_REGISTRYINDEX));
  return 1;
}

struct Call {
  int reference;
  absl::Span<const Input> inputs;
};

// Nothing here may own memory: an error leaves by longjmp.
int EvaluateProtected(lua_State* lua) {
  const auto* call = static_cast<const Call*>(lua_touserdata(lua, 1));
  luaL_checkstack(lua, static_cast<int>(call->inputs.size()) + 2, "inputs");
  lua_rawgeti(lua, LUA_REGISTRYINDEX, call->reference);
  for (const Input& input : call->inputs) {
    if (const double* number = std::get_if<double>(&input)) {
      lua_pushnumber(lua, *number);
    } else if (const bool* yes = std::get_if<bool>(&input)) {
      lua_pushboolean(lua, *yes);
    } else if (const absl::string_view* text = std::get_if<absl::string_view>(&input)) {
      lua_pushlstring(lua, text->data(), text->size());
    } else {
      lua_pushnil(lua);
    }
  }
  lua_call(lua, static_cast<int>(call->inputs.size()), 1);
  return 1;
}

absl::Status Refuse(absl::StatusCode code, absl::string_view reason, absl::string_view position,
                    absl::string_view zh, absl::string_view en) {
  return ProblemStatus(
      code, {std::string(reason), std::string(position), absl::StrCat(position, ": 表达式", zh),
             absl::StrCat(position, ": expression: ", en)});
}

}  // namespace

void* Sandbox::Allocate(void* memory, void* block, size_t old_size, size_t new_size) {
  auto* account = static_cast<Memory*>(memory);
  // For a new block Lua passes the kind of object as the old size.
  const size_t held = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    std::free(block);
    account->used -= held;
    return nullptr;
  }
  if (new_size > held && account->used - held + new_size > account->limit) return nullptr;
  void* result = std::realloc(block, new_size);
  if (result != nullptr) account->used += new_size - held;
  return result;
}

Sandbox::Sandbox(const Limits& limits) : limits_(limits), memory_{0, limits.memory_bytes} {}

Sandbox::~Sandbox() {
  if (lua_ != nullptr) lua_close(lua_);
}

absl::StatusOr<std::unique_ptr<Sandbox>> Sandbox::Create(const Limits& limits) {
  std::unique_ptr<Sandbox> sandbox(new Sandbox(limits));
  sandbox->lua_ = lua_newstate(&Sandbox::Allocate, &sandbox->memory_);
  if (sandbox->lua_ != nullptr) {
    lua_pushcfunction(sandbox->lua_, Open);
    if (lua_pcall(sandbox->lua_, 0, 0, 0) == LUA_OK) return sandbox;
  }
  return Refuse(absl::StatusCode::kResourceExhausted, "EXPRESSION_MEMORY", "sandbox",
                "的内存上限过小", "the memory limit is too small to start");
}

absl::Status Sandbox::Failure(int code, absl::string_view position, absl::string_view reason) {
  std::string message = "error";
  if (lua_type(lua_, -1) == LUA_TSTRING) message = lua_tostring(lua_, -1);
  lua_settop(lua_, 0);
  if (code == LUA_ERRMEM) {
    lua_gc(lua_, LUA_GCCOLLECT);
    return Refuse(absl::StatusCode::kResourceExhausted, "EXPRESSION_MEMORY", position,
                  "超出内存上限", "memory limit exceeded");
  }
  if (message.find(kOutOfInstructions) != std::string::npos) {
    return Refuse(absl::StatusCode::kResourceExhausted, "EXPRESSION_INSTRUCTIONS", position,
                  "超出指令上限", "instruction limit exceeded");
  }
  const bool syntax = reason == "EXPRESSION_SYNTAX";
  return Refuse(syntax ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kFailedPrecondition,
                reason, position, absl::StrCat(syntax ? "语法错误: " : "求值出错: ", message),
                message);
}

absl::StatusOr<Chunk> Sandbox::Compile(absl::string_view expression, absl::string_view position,
                                       absl::Span<const std::string> inputs) {
  if (inputs.size() > kMaxInputs) {
    return Refuse(absl::StatusCode::kInvalidArgument, "EXPRESSION_LENGTH", position,
                  "的输入过多,最多 100 个", "more than 100 inputs");
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bool twice = std::find(inputs.begin(), inputs.begin() + i, inputs[i]) !=
                       inputs.begin() + static_cast<ptrdiff_t>(i);
    if (twice || !IsInputName(inputs[i])) {
      return Refuse(absl::StatusCode::kInvalidArgument, "EXPRESSION_NAME", position,
                    absl::StrCat("的输入名 \"", inputs[i], twice ? "\" 重复" : "\" 不是标识符"),
                    absl::StrCat("input name \"", inputs[i],
                                 twice ? "\" stands twice" : "\" is not an identifier"));
    }
  }
  RETURN_IF_ERROR(CheckTokens(expression, position, inputs));
  const std::string text = absl::StrCat("return function(", absl::StrJoin(inputs, ","),
                                        ") return (", expression, "\n) end");
  Source source{text.data(), text.size()};
  lua_sethook(lua_, StopRunning, LUA_MASKCOUNT, limits_.instructions);
  lua_pushcfunction(lua_, CompileProtected);
  lua_pushlightuserdata(lua_, &source);
  const int code = lua_pcall(lua_, 1, 1, 0);
  if (code != LUA_OK) return Failure(code, position, "EXPRESSION_SYNTAX");
  const int reference = static_cast<int>(lua_tointeger(lua_, -1));
  lua_settop(lua_, 0);
  references_.push_back(reference);
  positions_.emplace_back(position);
  return Chunk{reference, static_cast<int>(inputs.size())};
}

absl::StatusOr<Output> Sandbox::Evaluate(const Chunk& chunk, absl::Span<const Input> inputs) {
  FUPIN_CHECK(static_cast<int>(inputs.size()) == chunk.input_count);
  Call call{chunk.reference, inputs};
  // Setting the hook starts the count anew.
  lua_sethook(lua_, StopRunning, LUA_MASKCOUNT, limits_.instructions);
  lua_pushcfunction(lua_, EvaluateProtected);
  lua_pushlightuserdata(lua_, &call);
  const int code = lua_pcall(lua_, 1, 1, 0);
  const auto position = [&]() -> absl::string_view {
    const auto found = std::find(references_.begin(), references_.end(), chunk.reference);
    FUPIN_CHECK(found != references_.end());
    return positions_[found - references_.begin()];
  };
  if (code != LUA_OK) return Failure(code, position(), "EXPRESSION_EVALUATION");
  Output output;
  switch (lua_type(lua_, -1)) {
    case LUA_TNIL:
      break;
    case LUA_TBOOLEAN:
      output = lua_toboolean(lua_, -1) != 0;
      break;
    case LUA_TNUMBER: {
      const double number = lua_tonumber(lua_, -1);
      if (!std::isfinite(number)) {
        lua_settop(lua_, 0);
        return Refuse(absl::StatusCode::kFailedPrecondition, "EXPRESSION_NOT_FINITE", position(),
                      "结果不是有限数(除以零?)", "the result is not finite (division by zero?)");
      }
      output = number;
      break;
    }
    case LUA_TSTRING: {
      size_t size = 0;
      const char* text = lua_tolstring(lua_, -1, &size);
      output = std::string(text, size);
      break;
    }
    default:
      lua_settop(lua_, 0);
      return Refuse(absl::StatusCode::kFailedPrecondition, "EXPRESSION_EVALUATION", position(),
                    "的结果是函数,不是值", "the result is a function, not a value");
  }
  lua_settop(lua_, 0);
  return output;
}

}  // namespace fupin::expression
