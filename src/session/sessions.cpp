#include "session/sessions.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::session {

namespace {

// A client's name, as far as a session belongs to one: another's token is worth nothing.
std::string_view name_of(const IdentityPtr& identity) noexcept {
  return identity ? std::string_view(identity->name) : std::string_view{};
}

}  // namespace

bool same_rights(const IdentityPtr& a, const IdentityPtr& b) noexcept {
  if (a == b) return true;
  return a && b && a->name == b->name && a->roles == b->roles && a->attributes == b->attributes;
}

Sessions::Sessions(SessionLimits limits, const Tokens& tokens, Hooks hooks)
    : limits_(limits), tokens_(tokens), hooks_(std::move(hooks)) {}

// Whether a token without a record has never had one: it is younger than the lease, and no record as young as it had to
// go early. What a record remembered, such as the requests that were carried out, must not be taken for new.
bool Sessions::unused_before(const Token& token, log::Moment now) const {
  if (evicted_any_ && token.issued <= evicted_issue_) return false;
  const std::uint32_t age = Tokens::tenths(now.steady) - token.issued;
  // Below, not at: counted in whole tenths, a token of that age may be as old as the lease.
  return age < static_cast<std::uint32_t>(limits_.lease.count() / 100);
}

Sessions::Standing Sessions::look(const Token& token, const IdentityPtr& identity, log::Moment now) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(token.id);
  const bool good =
      known == by_id_.end() ? unused_before(token, now) : name_of(known->second->identity) == name_of(identity);
  return good ? Standing::good : Standing::expired;
}

Sessions::Opened Sessions::open(const Token& token, const IdentityPtr& identity, Use use, log::Moment now,
                                std::string_view transport) {
  Opened opened;
  RecordPtr evicted;
  bool made = false;
  {
    const std::lock_guard lock(mutex_);
    const auto known = by_id_.find(token.id);
    if (known != by_id_.end()) {
      Record& record = *known->second;
      if (name_of(record.identity) != name_of(identity)) {
        opened.standing = Standing::expired;
        return opened;
      }
      opened.rights_changed = !same_rights(record.identity, identity);
      record.identity = identity;
      if (record.connections == 0) {
        record.idle_since = now.steady;
        Records& idle = idle_of(record);
        idle.splice(idle.end(), idle, record.idle);
      }
      opened.record = known->second;
    } else {
      if (use == Use::handed_in && !unused_before(token, now)) {
        opened.standing = Standing::expired;
        return opened;
      }
      if (by_id_.size() >= limits_.most) {
        Records& idle = idle_unused_.empty() ? idle_used_ : idle_unused_;
        if (idle.empty()) return opened;
        evicted = take_out(idle.front());
        evicted_issue_ = evicted_any_ ? std::max(evicted_issue_, evicted->token.issued) : evicted->token.issued;
        evicted_any_ = true;
      }
      const Rate rate(limits_.messages_per_second, limits_.message_burst);
      auto record = std::make_shared<Record>(token, tokens_.name(token.id), rate, hooks_.post);
      record->identity = identity;
      record->transport = transport;
      record->since_ms = now.unix_ms;
      record->number = ++begun_;
      record->idle_since = now.steady;
      idle_unused_.push_back(record);
      record->idle = std::prev(idle_unused_.end());
      try {
        by_id_.emplace(token.id, record);
        by_name_.emplace(record->name, record.get());
      } catch (...) {
        by_id_.erase(token.id);
        idle_unused_.pop_back();
        throw;
      }
      opened.record = std::move(record);
      made = true;
    }
    opened.standing = Standing::good;
  }
  if (evicted && hooks_.ended) hooks_.ended(evicted);
  if (made && hooks_.began) hooks_.began(opened.record);
  if (use != Use::issued) used(*opened.record);
  return opened;
}

void Sessions::used(Record& record) {
  const std::lock_guard lock(mutex_);
  if (record.used || record.ended) return;
  if (record.connections == 0) idle_used_.splice(idle_used_.end(), idle_unused_, record.idle);
  record.used = true;
}

void Sessions::attach(Record& record, std::string_view transport) {
  const std::lock_guard lock(mutex_);
  if (!transport.empty()) record.transport = transport;
  if (record.connections++ == 0 && !record.ended) idle_of(record).erase(record.idle);
}

void Sessions::detach(const RecordPtr& record, log::Moment now) {
  const std::lock_guard lock(mutex_);
  if (--record->connections > 0 || record->ended) return;
  record->idle_since = now.steady;
  Records& idle = idle_of(*record);
  idle.push_back(record);
  record->idle = std::prev(idle.end());
}

RecordPtr Sessions::take_out(const RecordPtr& record) {
  RecordPtr out = record;  // the argument may lie in the list
  out->ended = true;
  if (out->connections == 0) idle_of(*out).erase(out->idle);
  by_name_.erase(out->name);
  by_id_.erase(out->token.id);
  return out;
}

void Sessions::expire(log::Moment now) {
  for (;;) {
    RecordPtr out;
    {
      const std::lock_guard lock(mutex_);
      for (Records* idle : {&idle_used_, &idle_unused_}) {
        if (!out && !idle->empty() && idle->front()->idle_since + limits_.lease <= now.steady) {
          out = take_out(idle->front());
        }
      }
    }
    if (!out) return;
    if (hooks_.ended) hooks_.ended(out);
  }
}

std::optional<log::Steady> Sessions::next_due() const {
  const std::lock_guard lock(mutex_);
  std::optional<log::Steady> due;
  for (const Records* idle : {&idle_used_, &idle_unused_}) {
    if (idle->empty()) continue;
    const log::Steady end = idle->front()->idle_since + limits_.lease;
    due = due ? std::min(*due, end) : end;
  }
  return due;
}

RecordPtr Sessions::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : by_id_.at(found->second->token.id);
}

IdentityPtr Sessions::identity(const Record& record) const {
  const std::lock_guard lock(mutex_);
  return record.identity;
}

pushwire::Session Sessions::describe_locked(const Record& record) const {
  pushwire::Session session;
  session.id = record.name;
  if (record.identity) session.identity = *record.identity;
  session.connected = record.connections > 0;
  session.transport = record.transport;
  session.since = std::chrono::system_clock::time_point(std::chrono::milliseconds(record.since_ms));
  return session;
}

pushwire::Session Sessions::describe(const Record& record) const {
  const std::lock_guard lock(mutex_);
  return describe_locked(record);
}

std::vector<pushwire::Session> Sessions::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Record*> records;
  records.reserve(by_id_.size());
  for (const auto& [id, record] : by_id_) records.push_back(record.get());
  std::sort(records.begin(), records.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  std::vector<pushwire::Session> all;
  all.reserve(records.size());
  for (const Record* const record : records) all.push_back(describe_locked(*record));
  return all;
}

std::vector<RecordPtr> Sessions::records() const {
  const std::lock_guard lock(mutex_);
  std::vector<RecordPtr> all;
  all.reserve(by_id_.size());
  for (const auto& [id, record] : by_id_) all.push_back(record);
  return all;
}

std::size_t Sessions::size() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

}  // namespace pushwire::session
