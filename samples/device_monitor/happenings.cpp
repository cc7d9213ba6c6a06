#include "happenings.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace device_monitor {

void ProcessHappenings::Changes::add(int pid, const std::string& name) {
  ++count;
  if (count <= kSingly) singly.push_back(name + " (" + std::to_string(pid) + ")");
  const auto known = by_name.find(name);
  if (known != by_name.end()) ++known->second;
  else if (by_name.size() < kMostNames) by_name.emplace(name, 1);
}

void ProcessHappenings::Changes::tell(std::string_view kind, std::string_view verb, std::vector<Happening>& out) const {
  if (count <= kSingly) {
    for (const auto& process : singly) out.push_back({std::string(kind), process + ' ' + std::string(verb)});
    return;
  }
  std::vector<std::pair<std::string, std::size_t>> names(by_name.begin(), by_name.end());
  std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (names.size() > kNamesTold) names.resize(kNamesTold);
  std::string text = std::to_string(count) + " processes " + std::string(verb) + ": ";
  std::size_t others = count;
  for (const auto& [name, times] : names) {
    text += name + (times > 1 ? " \u00d7" + std::to_string(times) : "") + ", ";
    others -= times;
  }
  if (others > 0) text += std::to_string(others) + (others == 1 ? " other" : " others");
  else text.resize(text.size() - 2);
  out.push_back({std::string(kind), std::move(text)});
}

std::vector<Happening> ProcessHappenings::update(std::map<int, std::string> now, double seconds) {
  std::vector<Happening> happenings;
  if (before_) {
    for (const auto& [pid, name] : now) {
      if (before_->count(pid) == 0) started_.add(pid, name);
    }
    for (const auto& [pid, name] : *before_) {
      if (now.count(pid) == 0) ended_.add(pid, name);
    }
  }
  before_ = std::move(now);
  if (seconds < silent_until_) return happenings;
  if (started_.count > kSingly || ended_.count > kSingly) silent_until_ = seconds + kPauseSeconds;
  std::exchange(started_, {}).tell("process-started", "started", happenings);
  std::exchange(ended_, {}).tell("process-ended", "ended", happenings);
  return happenings;
}

std::vector<Happening> LinkHappenings::update(const std::vector<Link>& now) {
  std::vector<Happening> happenings;
  std::map<std::string, bool> current;
  for (const auto& link : now) current[link.name] = link.up;
  if (before_) {
    const auto was_up = [&](const std::string& name) { return before_->count(name) != 0 && before_->at(name); };
    for (const auto& [name, up] : current) {
      if (up && !was_up(name)) happenings.push_back({"interface-up", name + " is up"});
      if (!up && was_up(name)) happenings.push_back({"interface-down", name + " is down"});
    }
    for (const auto& [name, up] : *before_) {
      if (current.count(name) == 0) happenings.push_back({"interface-down", name + " is gone"});
    }
  }
  before_ = std::move(current);
  return happenings;
}

std::optional<Happening> LoadHappenings::update(double load) {
  const bool high = is_high_ ? load >= high_ * 0.75 : load >= high_;
  if (high == is_high_) return std::nullopt;
  is_high_ = high;
  char text[96];
  std::snprintf(text, sizeof text, "load is %.2f: %s %.0f", load, high ? "at or over the threshold of" : "well below",
                high_);
  return Happening{high ? "load-high" : "load-normal", text};
}

}  // namespace device_monitor
