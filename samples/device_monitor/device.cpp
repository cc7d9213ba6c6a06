#include "device.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "proc_text.hpp"

namespace device_monitor {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    found.push_back(it->path());
  }
  return found;
}

std::string first_line(std::string text) {
  const auto end = text.find('\n');
  if (end != std::string::npos) text.resize(end);
  return text;
}

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

}  // namespace

Device::Device(fs::path root) : root_(std::move(root)) {
  if (const auto passwd = read("etc/passwd")) users_ = parse_users(*passwd);
}

Units Device::units() {
  return {static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK))),
          static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PAGESIZE)))};
}

std::optional<std::string> Device::read(const fs::path& path, std::size_t most_bytes) const {
  const int file = ::open((root_ / path).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string text;
  char buffer[16 * 1024];
  ssize_t got = 0;
  while (text.size() < most_bytes) {
    got = ::read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(file);
  if (got < 0) return std::nullopt;  // a sensor that is asleep, a process that ended
  return text;
}

std::optional<CpuReading> Device::cpu() const {
  const auto text = read("proc/stat");
  return text ? parse_cpu_stat(*text) : std::nullopt;
}

std::optional<MemoryReading> Device::memory() const {
  const auto text = read("proc/meminfo");
  return text ? parse_memory(*text) : std::nullopt;
}

std::optional<LoadReading> Device::load() const {
  const auto text = read("proc/loadavg");
  return text ? parse_load(*text) : std::nullopt;
}

std::optional<double> Device::uptime() const {
  const auto text = read("proc/uptime");
  return text ? parse_uptime(*text) : std::nullopt;
}

std::optional<double> Device::boot_time() const {
  const auto text = read("proc/stat");
  return text ? parse_boot_time(*text) : std::nullopt;
}

std::vector<Traffic> Device::network() const {
  const auto text = read("proc/net/dev");
  return text ? parse_network(*text) : std::vector<Traffic>{};
}

std::vector<Traffic> Device::disks() const {
  const auto text = read("proc/diskstats");
  return text ? parse_disks(*text) : std::vector<Traffic>{};
}

std::vector<Temperature> Device::temperatures() const {
  std::vector<Temperature> found;
  add_thermal_zones(found);
  add_hwmon(found);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  // Two chips of one kind have sensors of one name.
  for (std::size_t i = 0; i < found.size();) {
    std::size_t next = i + 1;
    while (next < found.size() && found[next].name == found[i].name) ++next;
    for (std::size_t k = i + 1; k < next; ++k) found[k].name += " #" + std::to_string(k - i + 1);
    i = next;
  }
  if (found.size() > kMostDevices) found.resize(kMostDevices);
  return found;
}

void Device::add_thermal_zones(std::vector<Temperature>& out) const {
  for (const auto& zone : entries(root_ / "sys/class/thermal")) {
    const auto folder = zone.lexically_relative(root_);
    const auto text = read(folder / "temp");
    const auto celsius = text ? parse_temperature(*text) : std::nullopt;
    if (!celsius) continue;
    auto name = first_line(read(folder / "type").value_or(""));
    if (name.empty()) name = zone.filename().string();
    out.push_back({std::move(name), *celsius});
  }
}

void Device::add_hwmon(std::vector<Temperature>& out) const {
  for (const auto& chip : entries(root_ / "sys/class/hwmon")) {
    const auto folder = chip.lexically_relative(root_);
    auto chip_name = first_line(read(folder / "name").value_or(""));
    if (chip_name.empty()) chip_name = chip.filename().string();
    for (const auto& sensor : entries(chip)) {
      const auto file = sensor.filename().string();
      if (file.compare(0, 4, "temp") != 0 || !ends_with(file, "_input")) continue;
      const auto text = read(folder / file);
      const auto celsius = text ? parse_temperature(*text) : std::nullopt;
      if (!celsius) continue;
      const auto stem = file.substr(0, file.size() - 6);
      auto label = first_line(read(folder / (stem + "_label")).value_or(""));
      out.push_back({chip_name + ' ' + (label.empty() ? stem : label), *celsius});
    }
  }
}

std::vector<Link> Device::links() const {
  std::vector<Link> found;
  for (const auto& entry : entries(root_ / "sys/class/net")) {
    const auto state = read(entry.lexically_relative(root_) / "operstate");
    if (state) found.push_back({entry.filename().string(), parse_link_up(*state)});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  if (found.size() > kMostDevices) found.resize(kMostDevices);
  return found;
}

std::vector<int> Device::process_ids() const {
  std::vector<int> ids;
  for (const auto& entry : entries(root_ / "proc")) {
    const auto name = entry.filename().string();
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc{} && end == name.data() + name.size() && pid > 0) ids.push_back(pid);
  }
  return ids;
}

std::optional<ProcessReading> Device::process(int pid) const {
  const auto text = read("proc/" + std::to_string(pid) + "/stat");
  return text ? parse_process_stat(*text) : std::nullopt;
}

CommandLine Device::command_line(int pid) const {
  const auto text = read("proc/" + std::to_string(pid) + "/cmdline", kMostCommandBytes + 1);
  return text ? parse_command_line(*text) : CommandLine{};
}

std::optional<std::size_t> Device::open_files(int pid) const {
  std::error_code error;
  fs::directory_iterator it(root_ / "proc" / std::to_string(pid) / "fd", error);
  if (error) return std::nullopt;
  std::size_t count = 0;
  for (const fs::directory_iterator end; it != end && count < kMostOpenFiles && !error; it.increment(error)) ++count;
  return error ? std::nullopt : std::optional(count);
}

std::string Device::user_of(int pid) const {
  struct stat entry {};
  if (::stat((root_ / "proc" / std::to_string(pid)).c_str(), &entry) != 0) return {};
  const auto known = users_.find(entry.st_uid);
  return known != users_.end() ? known->second : std::to_string(entry.st_uid);
}

std::string Device::host_name() const { return first_line(read("proc/sys/kernel/hostname").value_or("")); }

std::string Device::kernel() const {
  return first_line(read("proc/sys/kernel/ostype").value_or("Linux")) + ' ' +
         first_line(read("proc/sys/kernel/osrelease").value_or(""));
}

}  // namespace device_monitor
