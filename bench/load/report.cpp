#include "load/report.hpp"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace pushwire::bench::load {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value, int digits) {
  const double scale = std::pow(10, digits);
  return std::round(value * scale) / scale;
}

// Zero where there is nothing to divide by.
double ratio(double value, double by) { return by > 0 ? value / by : 0; }

double as_double(std::uint64_t count) { return static_cast<double>(count); }

// As other programs count: statuses beyond 399.
std::uint64_t refusals(const Answers::Tally& answers) {
  std::uint64_t all = 0;
  for (const auto& [status, count] : answers.statuses) {
    if (status > 399) all += count;
  }
  return all;
}

void add_connections(Json& line, const Options& options, const Outcome& outcome) {
  line["n"] = options.connections;
  line["opened"] = outcome.connections.opened;
  line["failed"] = outcome.connections.failed;
  line["connect_s"] = rounded(outcome.connect_s, 4);
  line["connects_per_s"] = rounded(ratio(as_double(outcome.connections.opened), outcome.connect_s), 0);
}

void add_deliveries(Json& line, const Outcome& outcome) {
  line["messages"] = outcome.messages;
  line["span_s"] = rounded(outcome.span_s, 3);
  line["msgs_per_s"] = rounded(ratio(as_double(outcome.messages), outcome.span_s), 0);
  line["bytes"] = outcome.deliveries.bytes;
  line["requests"] = outcome.answers.requests;
  line["empty"] = outcome.answers.empty;
  line["other"] = outcome.deliveries.other;
}

void add_throughput(Json& line, const Options& options, const Outcome& outcome) {
  const Answers::Tally& answers = outcome.answers;
  line["answer"] = std::to_string(answers.first.status) + ' ' + std::to_string(answers.first.bytes);
  line["requests"] = answers.answers;
  line["req_per_s"] = rounded(ratio(as_double(answers.answers), outcome.wall_s), 0);
  line["bytes"] = answers.bytes;
  line["non2xx"] = refusals(answers);
  line["unlike"] = answers.unlike;
  line["empty"] = answers.empty;
  if (options.server > 0) {
    line["req_per_cpu_s"] = rounded(ratio(as_double(answers.answers), outcome.end.cpu_s - outcome.start.cpu_s), 0);
  }
}

void add_latencies(Json& line, const Outcome& outcome) {
  const Latencies::Quantiles& latencies = outcome.latencies;
  line["p50_ms"] = rounded(latencies.p50, 3);
  line["p90_ms"] = rounded(latencies.p90, 3);
  line["p99_ms"] = rounded(latencies.p99, 3);
  line["p999_ms"] = rounded(latencies.p999, 3);
  line["max_ms"] = rounded(latencies.max, 3);
  line["samples"] = outcome.samples;
}

void add_faults(Json& line, const Outcome& outcome) {
  line["lost"] = outcome.deliveries.lost;
  line["duplicated"] = outcome.deliveries.duplicated;
  line["disordered"] = outcome.deliveries.disordered;
  line["behind"] = outcome.behind;
  line["errors"] = outcome.connections.errors;
  line["closed_early"] = outcome.connections.closed_early;
  line["reconnects"] = outcome.connections.reconnects;
}

void add_server(Json& line, const Outcome& outcome) {
  const ServerFigures& start = outcome.start;
  const ServerFigures& end = outcome.end;
  const double cpu_s = end.cpu_s - start.cpu_s;
  line["cpu_s"] = rounded(cpu_s, 2);
  line["cpu_s_per_M"] = rounded(ratio(cpu_s * 1e6, as_double(outcome.messages)), 4);
  line["connect_cpu_s"] = rounded(outcome.open.cpu_s - outcome.before.cpu_s, 2);
  line["rss0_kb"] = outcome.before.rss_kb;
  line["rss_open_kb"] = start.rss_kb;
  line["rss_end_kb"] = end.rss_kb;
  line["pss0_kb"] = outcome.before.pss_kb;
  line["pss_open_kb"] = start.pss_kb;
  line["pss_end_kb"] = end.pss_kb;
  line["threads"] = end.threads;
  line["switches_per_s"] = rounded(ratio(as_double(end.switches) - as_double(start.switches), outcome.wall_s), 1);
}

}  // namespace

std::string report(const Options& options, const Outcome& outcome) {
  Json line;
  line["label"] = options.label;
  add_connections(line, options, outcome);
  if (options.measures_throughput()) {
    add_throughput(line, options, outcome);
  } else {
    add_deliveries(line, outcome);
  }
  add_latencies(line, outcome);
  add_faults(line, outcome);
  line["self_cpu_s"] = rounded(outcome.own_cpu_s, 3);
  line["wall_s"] = rounded(outcome.wall_s, 3);
  if (options.server > 0) add_server(line, outcome);
  if (options.core >= 0) line["core_busy_s"] = rounded(outcome.end.core_busy_s - outcome.start.core_busy_s, 2);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_clean(const Options& options, const Outcome& outcome) {
  const Deliveries::Tally& deliveries = outcome.deliveries;
  if (outcome.connections.failed > 0 || outcome.connections.errors > 0) return false;
  if (options.measures_throughput()) {
    return outcome.answers.answers > 0 && outcome.answers.unlike == 0 && refusals(outcome.answers) == 0;
  }
  if (outcome.fell_quiet && outcome.behind > 0) return false;
  return deliveries.lost == 0 && deliveries.duplicated == 0 && deliveries.disordered == 0;
}

}  // namespace pushwire::bench::load
