#include <memory>

#include <catch2/catch.hpp>

#include "libs/http/message.h"

namespace fupin::http {
namespace {

TEST_CASE("I15 who can wait writes on when there is room, and is let go when the reader is gone",
          "[http]") {
  BodyStream stream;
  int called = 0;
  stream.WhenRoom([&] { ++called; });
  CHECK(called == 1);  // nothing waits
  CHECK(stream.Write(std::string(BodyStream::kEnoughWaiting, 'a')));
  stream.WhenRoom([&] { ++called; });
  CHECK(called == 1);
  bool ended = false;
  CHECK(stream.Take([] {}, &ended).size() == BodyStream::kEnoughWaiting);
  CHECK(called == 2);
  CHECK_FALSE(ended);
  // Writing from within the call comes after what is being taken.
  CHECK(stream.Write(std::string(BodyStream::kEnoughWaiting, 'b')));
  stream.WhenRoom([&] { stream.Write("c"); });
  CHECK(stream.Take([] {}, &ended) == std::string(BodyStream::kEnoughWaiting, 'b'));
  CHECK(stream.Take([] {}, &ended) == "c");

  CHECK(stream.Write(std::string(BodyStream::kEnoughWaiting, 'd')));
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> watch = held;
  stream.WhenRoom([held = std::move(held), &called] { ++called; });
  stream.Abandon();
  CHECK(watch.expired());
  CHECK_FALSE(stream.Write("e"));
  stream.WhenRoom([&] { ++called; });
  CHECK(called == 2);
}

TEST_CASE("I15 a stream may hold the last reference to itself through who waits for room",
          "[http]") {
  auto stream = std::make_shared<BodyStream>();
  const std::weak_ptr<BodyStream> watch = stream;
  stream->Write(std::string(BodyStream::kEnoughWaiting, 'a'));
  stream->WhenRoom([stream] {});
  BodyStream& only = *stream;
  stream.reset();
  REQUIRE_FALSE(watch.expired());
  {
    const auto reader = watch.lock();
    only.Abandon();
  }
  CHECK(watch.expired());
}

TEST_CASE("I15 a writer who does not wait is given up when too much waits", "[http]") {
  BodyStream stream;
  CHECK(stream.Write(std::string(BodyStream::kMaxWaiting, 'a')));
  CHECK_FALSE(stream.Write("b"));
  CHECK_FALSE(stream.open());
  bool ended = false;
  stream.Take([] {}, &ended);
  CHECK(ended);
}

}  // namespace
}  // namespace fupin::http
