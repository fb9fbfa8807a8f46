// One line a target: what was measured, what the peer took in the same run, and whether it is
// reached. "must" is the target, "good" what is aimed at.
#ifndef FUPIN_TESTS_BENCH_MAP_REPORT_H_
#define FUPIN_TESTS_BENCH_MAP_REPORT_H_

#include <string>

namespace fupin::bench::map {

enum class Better { kLess, kMore };

struct Peer {
  std::string name;
  double value = 0;  // 0: was not measured
};

class Report {
 public:
  // Target: so many times better than the peer.
  void Times(const std::string& id, const std::string& what, double measured,
             const std::string& unit, Better better, const Peer& peer, double must, double good);
  // Target: a bound. The peer stands beside it.
  void Bound(const std::string& id, const std::string& what, double measured,
             const std::string& unit, Better better, double must, double good,
             const Peer& peer = {});
  // A figure that explains; no target.
  void Plain(const std::string& what, double measured, const std::string& unit,
             const Peer& peer = {});
  void Holds(const std::string& id, const std::string& what, bool holds,
             const std::string& note = "");
  void Absent(const std::string& id, const std::string& what, const std::string& why);
  void Note(const std::string& text);

  // Targets missed.
  int missed() const { return missed_; }

 private:
  int missed_ = 0;
};

}  // namespace fupin::bench::map

#endif  // FUPIN_TESTS_BENCH_MAP_REPORT_H_
