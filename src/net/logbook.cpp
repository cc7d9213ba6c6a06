#include "net/logbook.hpp"

#include <algorithm>

#include "protocol/utf8.hpp"

namespace pushwire::net {

namespace {

constexpr std::size_t kSubjectBytes = 120;
constexpr std::size_t kSummaries = 16;  // written one by one when a period ends

std::uint32_t code_point(std::string_view character) noexcept {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(character[index]); };
  if (character.size() == 1) return byte(0);
  std::uint32_t code = byte(0) & (0x7Fu >> character.size());
  for (std::size_t index = 1; index < character.size(); ++index) code = code << 6 | (byte(index) & 0x3Fu);
  return code;
}

// Ends a line, steers a terminal, is not seen, or turns the direction in which the rest is read (Unicode TR9, TR36).
bool deceives(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xE0000 && code <= 0xE007F);
}

void append_hex(std::uint32_t value, int digits, std::string& out) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

std::string left_out(const std::string& subject, std::uint64_t count) {
  return subject + (subject.empty() ? "… and " : ": … and ") + std::to_string(count) + " more in " +
         std::to_string(Logbook::kPeriod.count()) + " s";
}

}  // namespace

std::string clean_line(std::string_view line, std::size_t most) {
  std::string out;
  std::string_view rest = line;
  while (!rest.empty()) {
    const Utf8Sequence next = next_utf8(rest);
    const std::string_view bytes = rest.substr(0, next.size);
    std::string shown;
    const std::uint32_t code = next.valid ? code_point(bytes) : 0;
    if (!next.valid || (deceives(code) && code < 0x80)) {
      for (const char c : bytes) {
        shown += "\\x";
        append_hex(static_cast<unsigned char>(c), 2, shown);
      }
    } else if (deceives(code)) {
      shown = code > 0xFFFF ? "\\U" : "\\u";
      append_hex(code, code > 0xFFFF ? 8 : 4, shown);
    } else {
      shown = bytes;
    }
    if (out.size() + shown.size() > most) return out + "… (" + std::to_string(rest.size()) + " more bytes)";
    out += shown;
    rest.remove_prefix(next.size);
  }
  return out;
}

void Logbook::write(LogLevel level, std::string_view line, std::string_view peer) noexcept {
  if (!to_ || level < least_) return;
  try {
    std::string subject = clean_line(peer.empty() ? line : peer, kSubjectBytes);
    std::string shown = peer.empty() ? std::string() : subject + ": ";
    shown += clean_line(line, kLineBytes - std::min(kLineBytes, shown.size()));
    Lines out;
    {
      const std::lock_guard lock(mutex_);
      const log::Steady now = clock_.now().steady;
      end_periods(now, out);
      if (admit(levels_[static_cast<std::size_t>(level)], std::move(subject), now)) {
        out.emplace_back(level, std::move(shown));
      }
    }
    hand_over(out);
  } catch (...) {  // no memory, or the host's callback: nobody is left to tell
  }
}

void Logbook::sum_up() noexcept {
  if (!to_) return;
  try {
    Lines out;
    {
      const std::lock_guard lock(mutex_);
      end_periods(clock_.now().steady, out);
    }
    hand_over(out);
  } catch (...) {  // as above
  }
}

std::optional<log::Steady> Logbook::next_due() const {
  const std::lock_guard lock(mutex_);
  std::optional<log::Steady> next;
  const auto look = [&](const Period& period) {
    if (period.left_out > 0 && (!next || period.ends < *next)) next = period.ends;
  };
  for (const Level& level : levels_) {
    look(level.all);
    for (const auto& [subject, period] : level.subjects) look(period);
  }
  return next;
}

// Whether the line is to be written; it is counted where it is not: to its subject, or, where there are too many of these,
// to its level.
bool Logbook::admit(Level& level, std::string subject, log::Steady now) {
  Period& all = level.all;
  if (all.written == 0 && all.left_out == 0) all.ends = now + kPeriod;
  const auto known = level.subjects.find(subject);
  if (known == level.subjects.end() && level.subjects.size() >= kSubjects) {
    ++all.left_out;
    return false;
  }
  Period& own = known == level.subjects.end() ? level.subjects[std::move(subject)] : known->second;
  if (own.written == 0 && own.left_out == 0) own.ends = now + kPeriod;
  if (all.written >= kAllLines || own.written >= kLines) {
    ++own.left_out;
    return false;
  }
  ++all.written;
  ++own.written;
  return true;
}

void Logbook::end_periods(log::Steady now, Lines& out) {
  for (std::size_t index = 0; index < levels_.size(); ++index) {
    const auto as = static_cast<LogLevel>(index);
    Level& level = levels_[index];
    std::size_t summaries = 0;
    for (auto at = level.subjects.begin(); at != level.subjects.end();) {
      const auto& [subject, period] = *at;
      if (period.ends > now) {
        ++at;
        continue;
      }
      if (period.left_out > 0 && summaries++ < kSummaries) out.emplace_back(as, left_out(subject, period.left_out));
      else level.all.left_out += period.left_out;
      at = level.subjects.erase(at);
    }
    if (level.all.ends > now) continue;
    if (level.all.left_out > 0) out.emplace_back(as, left_out({}, level.all.left_out));
    level.all = {};
  }
}

void Logbook::hand_over(const Lines& lines) const {
  for (const auto& [level, line] : lines) {
    try {
      to_(level, line);
    } catch (...) {  // the others are worth telling still
    }
  }
}

}  // namespace pushwire::net
