#include "net/tls/certificate_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>
#include <thread>

#include "net/tls/pem_file.hpp"
#include "net/tls/self_signed.hpp"
#include "net/tls/tls_context.hpp"

namespace pushwire::net {
namespace {

constexpr std::chrono::milliseconds kLockPause{20};

[[noreturn]] void fail(int error, const std::string& sentence) {
  throw std::system_error(error, std::generic_category(), "pushwire: " + sentence);
}

// Makes the folder where it is missing. Throws Untrusted where others than its owner, this user or root, may put files
// into it.
void check_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail(errno, "cannot make the folder " + folder);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(errno, "cannot open the folder " + folder);
  struct stat about {};
  const int fault = ::fstat(descriptor, &about) != 0 ? errno : 0;
  ::close(descriptor);
  if (fault != 0) fail(fault, "cannot open the folder " + folder);
  check_owner(about, folder);
  if ((about.st_mode & 022u) != 0) {
    throw Untrusted("pushwire: the folder " + folder +
                    " can be written to by others than its owner, who could change the key (chmod go-w)");
  }
}

// Keeps other processes away from the folder while it lives. The lock is a file that its owner alone can open: a folder
// may be opened, and so locked, by everybody who may read it.
class FolderLock {
 public:
  FolderLock(const std::string& file, std::chrono::milliseconds patience) {
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    // Where no file can be made, none can be replaced either, and there is nothing to wait for.
    if (descriptor_ < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) return;
    if (descriptor_ < 0) fail(errno, "cannot open " + file);
    try {
      (void)::fchmod(descriptor_, 0600);
      take(file, patience);
    } catch (...) {
      ::close(descriptor_);
      throw;
    }
  }
  ~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  void take(const std::string& file, std::chrono::milliseconds patience) const {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return;  // where there are no locks, it goes without
      if (std::chrono::steady_clock::now() >= deadline) {
        fail(ETIMEDOUT, "another process keeps " + file + " locked");
      }
      std::this_thread::sleep_for(kLockPause);
    }
  }

  int descriptor_ = -1;
};

}  // namespace

std::string CertificateFolder::fault(const std::string& pem, std::time_t now) const {
  try {
    const TlsContext usable({pem, pem, file(), file()});
    const openssl::CertificatePtr certificate = first_certificate(pem);
    std::time_t needed = now + std::time_t{kRenewBeforeDays} * 24 * 60 * 60;
    if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &needed) < 0) return "the one before ends soon";
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

std::string CertificateFolder::ensure(const std::vector<std::string>& names, std::time_t now) const {
  check_folder(folder_);
  const FolderLock lock(path(kLockFile), patience_);
  std::string found, why;
  mode_t mode = 0;
  try {
    found = read_own_pem_file(file(), mode);
    why = fault(found, now);
  } catch (const std::system_error& error) {
    why = error.what();
    if (error.code() == std::errc::no_such_file_or_directory) {
      found = make(names, now);
      say(LogLevel::info, "a new certificate is in " + file());
      return found;
    }
  }
  if (!why.empty()) {
    found = make(names, now);
    say(LogLevel::warning, "a new certificate is in " + file() + ": " + why);
    return found;
  }
  if ((mode & 077u) != 0) {
    say(LogLevel::warning, file() + " holds a private key and can be read by others than its owner");
  }
  const openssl::CertificatePtr certificate = first_certificate(found);
  if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &now) > 0) {
    say(LogLevel::warning,
        "the certificate in " + file() + " is not good yet: is the clock right? If it is, remove the file");
  }
  publish(*certificate);
  return found;
}

std::string CertificateFolder::make(const std::vector<std::string>& names, std::time_t now) const {
  const SelfSigned made = make_self_signed(names, now);
  std::string both = made.key + made.certificate;
  replace_file(file(), both, 0600);
  replace_file(path(kPublicFile), made.certificate, 0644);
  return both;
}

void CertificateFolder::publish(const X509& certificate) const {
  const std::string file = path(kPublicFile);
  try {
    const std::string text = certificate_text(certificate);
    std::string there;
    try {
      there = read_pem_file(file);
    } catch (const std::system_error&) {  // it is not there, or is no file
    }
    if (there == text) return;
    replace_file(file, text, 0644);
    say(LogLevel::info, "the certificate is in " + file + " again");
  } catch (const std::exception& error) {  // a folder that cannot be written to: the server can do without
    say(LogLevel::warning, std::string("the certificate is not in ") + file + ": " + error.what());
  }
}

}  // namespace pushwire::net
