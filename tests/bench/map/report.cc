#include "tests/bench/map/report.h"

#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace fupin::bench::map {
namespace {

std::string Figure(double value) {
  const double size = std::fabs(value);
  if (size >= 1000) return absl::StrFormat("%.0f", value);
  if (size >= 10) return absl::StrFormat("%.1f", value);
  return absl::StrFormat("%.3g", value);
}

const char* Verdict(bool must, bool good) { return good ? "GOOD" : must ? "reached" : "MISSED"; }

std::string Beside(const Peer& peer, const std::string& unit) {
  return peer.value > 0 ? absl::StrCat(peer.name, " ", Figure(peer.value), " ", unit) : "";
}

void Line(const std::string& id, const std::string& what, const std::string& figure,
          const std::string& peer, const std::string& rest) {
  std::printf("%-4s%-66s %14s   %-34s %s\n", id.c_str(), what.c_str(), figure.c_str(), peer.c_str(),
              rest.c_str());
  std::fflush(stdout);
}

}  // namespace

void Report::Times(const std::string& id, const std::string& what, double measured,
                   const std::string& unit, Better better, const Peer& peer, double must,
                   double good) {
  const std::string figure = absl::StrCat(Figure(measured), " ", unit);
  const std::string target = absl::StrFormat("must %gx, good %gx", must, good);
  if (peer.value <= 0 || measured <= 0) {
    return Line(id, what, figure, absl::StrCat(peer.name, " not measured"), target);
  }
  const double ratio = better == Better::kLess ? peer.value / measured : measured / peer.value;
  if (ratio < must) ++missed_;
  Line(id, what, figure, Beside(peer, unit),
       absl::StrCat(Figure(ratio), "x   ", target, "   ", Verdict(ratio >= must, ratio >= good)));
}

void Report::Bound(const std::string& id, const std::string& what, double measured,
                   const std::string& unit, Better better, double must, double good,
                   const Peer& peer) {
  const auto within = [&](double bound) {
    return better == Better::kLess ? measured <= bound : measured >= bound;
  };
  if (!within(must)) ++missed_;
  Line(id, what, absl::StrCat(Figure(measured), " ", unit), Beside(peer, unit),
       absl::StrFormat("must %s%g, good %s%g   %s", better == Better::kLess ? "<=" : ">=", must,
                       better == Better::kLess ? "<=" : ">=", good,
                       Verdict(within(must), within(good))));
}

void Report::Plain(const std::string& what, double measured, const std::string& unit,
                   const Peer& peer) {
  Line("", what, absl::StrCat(Figure(measured), " ", unit), Beside(peer, unit), "");
}

void Report::Holds(const std::string& id, const std::string& what, bool holds,
                   const std::string& note) {
  if (!holds) ++missed_;
  Line(id, what, holds ? "holds" : "DOES NOT HOLD", "", note);
}

void Report::Absent(const std::string& id, const std::string& what, const std::string& why) {
  Line(id, what, "-", "", why);
}

void Report::Note(const std::string& text) { std::printf("    %s\n", text.c_str()); }

}  // namespace fupin::bench::map
