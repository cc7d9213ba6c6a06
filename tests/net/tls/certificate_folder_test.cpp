#include "net/tls/certificate_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/tls/pem_file.hpp"
#include "net/tls/self_signed.hpp"
#include "net/tls/tls.hpp"
#include "net/tls/tls_context.hpp"
#include "support/temporary_folder.hpp"

namespace pushwire::net {
namespace {

constexpr std::time_t kDay = 24 * 60 * 60;

unsigned mode_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 07777u : 0u;
}

class CertificateFolderTest : public testing::Test {
 protected:
  // The fingerprint of what is there now.
  std::string ensure(std::time_t now = std::time(nullptr), const std::vector<std::string>& names = {"localhost"}) {
    said.clear();
    const LogCallback log = [this](LogLevel level, std::string_view sentence) {
      said.append(level == LogLevel::warning ? "warning: " : "").append(sentence).append("\n");
    };
    CertificateFolder(inside, log).ensure(names, now);
    const std::string pem = folder.read("inside/pushwire-tls.pem");
    return fingerprint_of(*first_certificate(pem));
  }

  TemporaryFolder folder;
  const std::string inside = folder.path("inside");
  std::string said;
};

TEST_F(CertificateFolderTest, is_made_with_a_key_that_its_owner_alone_can_read) {
  ensure();
  EXPECT_EQ(mode_of(inside), 0700u);
  EXPECT_EQ(mode_of(inside + "/pushwire-tls.pem"), 0600u);
  EXPECT_EQ(mode_of(inside + "/pushwire-certificate.pem"), 0644u);
  EXPECT_EQ(folder.read("inside/pushwire-certificate.pem").find("PRIVATE"), std::string::npos);
  EXPECT_EQ(said, "a new certificate is in " + inside + "/pushwire-tls.pem\n");
  EXPECT_EQ(mode_of(inside + "/pushwire-tls.lock"), 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(inside), std::filesystem::directory_iterator()), 3)
      << "nothing is left beside them";
}

TEST_F(CertificateFolderTest, is_used_again_until_its_end_is_near) {
  const std::time_t now = std::time(nullptr);
  const std::string first = ensure(now);
  EXPECT_EQ(ensure(now), first);
  EXPECT_EQ(said, "");
  const std::time_t end = now + (kSelfSignedDays - 1) * kDay;
  EXPECT_EQ(ensure(end - kRenewBeforeDays * kDay - 60), first);
  const std::string second = ensure(end - kRenewBeforeDays * kDay + 60);
  EXPECT_NE(second, first);
  EXPECT_NE(said.find("ends soon"), std::string::npos) << said;
}

TEST_F(CertificateFolderTest, outlives_a_clock_that_begins_in_1970) {
  const std::time_t now = std::time(nullptr);
  const std::string trusted = ensure(now);
  EXPECT_EQ(ensure(kDay), trusted);
  EXPECT_EQ(said.find("warning: "), 0u) << said;
  EXPECT_NE(said.find("not good yet"), std::string::npos) << said;
  EXPECT_EQ(ensure(now), trusted);
  EXPECT_EQ(said, "");
}

TEST_F(CertificateFolderTest, the_part_that_is_to_be_trusted_is_there_again_when_it_is_gone_or_another) {
  const std::string first = ensure();
  const std::string public_file = "inside/pushwire-certificate.pem";
  const std::string public_part = folder.read(public_file);
  std::filesystem::remove(folder.path(public_file));
  EXPECT_EQ(ensure(), first);
  EXPECT_EQ(folder.read(public_file), public_part);
  EXPECT_EQ(mode_of(folder.path(public_file)), 0644u);
  EXPECT_EQ(said, "the certificate is in " + folder.path(public_file) + " again\n");
  folder.write(public_file, make_self_signed({"localhost"}, std::time(nullptr)).certificate);
  EXPECT_EQ(ensure(), first);
  EXPECT_EQ(folder.read(public_file), public_part);
  std::filesystem::remove(folder.path(public_file));
  std::filesystem::create_directory(folder.path(public_file));
  EXPECT_EQ(ensure(), first) << "the server can do without";
  EXPECT_EQ(said.find("warning: the certificate is not in "), 0u) << said;
}

TEST_F(CertificateFolderTest, who_opens_the_folder_holds_nobody_up) {
  ensure();
  const int reader = ::open(inside.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(reader, LOCK_EX), 0);
  CertificateFolder(inside, nullptr, std::chrono::milliseconds(0)).ensure({}, std::time(nullptr));
  ::close(reader);
}

TEST_F(CertificateFolderTest, a_lock_that_is_kept_is_named) {
  ensure();
  const int other = ::open((inside + "/pushwire-tls.lock").c_str(), O_RDWR);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  try {
    CertificateFolder(inside, nullptr, std::chrono::milliseconds(50)).ensure({}, std::time(nullptr));
    ADD_FAILURE() << "somebody else is at work there";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::timed_out);
    EXPECT_NE(std::string(error.what()).find(inside + "/pushwire-tls.lock"), std::string::npos) << error.what();
  }
  ::close(other);
}

TEST_F(CertificateFolderTest, a_folder_that_others_can_write_to_is_refused) {
  for (const unsigned mode : {0770u, 0702u, 01777u}) {
    for (const bool filled : {false, true}) {
      std::filesystem::remove_all(inside);
      std::filesystem::create_directory(inside);
      ::chmod(inside.c_str(), 0700);
      if (filled) ensure();
      ::chmod(inside.c_str(), mode);
      try {
        ensure();
        ADD_FAILURE() << mode;
      } catch (const Untrusted& error) {
        EXPECT_NE(std::string(error.what()).find(inside), std::string::npos) << error.what();
      }
      EXPECT_EQ(std::filesystem::is_empty(inside), !filled);
    }
  }
}

TEST_F(CertificateFolderTest, what_belongs_to_another_user_is_refused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  constexpr uid_t kNobody = 65534;
  const std::string first = ensure();
  ASSERT_EQ(::chown((inside + "/pushwire-tls.pem").c_str(), kNobody, 0), 0);
  EXPECT_THROW(ensure(), Untrusted);
  EXPECT_EQ(fingerprint_of(*first_certificate(folder.read("inside/pushwire-tls.pem"))), first) << "left as it is";
  ASSERT_EQ(::chown((inside + "/pushwire-tls.pem").c_str(), 0, 0), 0);
  ASSERT_EQ(::chown(inside.c_str(), kNobody, 0), 0);
  EXPECT_THROW(ensure(), Untrusted);
  ASSERT_EQ(::chown(inside.c_str(), 0, 0), 0);
  EXPECT_EQ(ensure(), first);
}

TEST_F(CertificateFolderTest, is_made_anew_when_it_cannot_be_used) {
  const std::string file = "inside/pushwire-tls.pem";
  const std::string first = ensure();
  const std::string good = folder.read(file);
  const SelfSigned foreign = make_self_signed({"localhost"}, std::time(nullptr));
  const std::string public_part = folder.read("inside/pushwire-certificate.pem");
  for (const std::string& text :
       {std::string(), std::string("garbage"), good.substr(0, good.size() / 2), good.substr(0, good.size() - 40),
        public_part, foreign.key + public_part, std::string(2 * 1024 * 1024, 'x')}) {
    folder.write(file, text);
    EXPECT_NE(ensure(), first);
    EXPECT_EQ(said.find("warning: a new certificate is in " + folder.path(file) + ": "), 0u) << said;
    EXPECT_EQ(mode_of(folder.path(file)), 0600u);
  }
  std::filesystem::remove(folder.path(file));
  std::filesystem::create_directory(folder.path(file));
  EXPECT_THROW(ensure(), std::system_error) << "nothing that a file can take the place of";
}

TEST_F(CertificateFolderTest, a_key_that_others_can_read_is_told_of) {
  const std::string first = ensure();
  ::chmod((inside + "/pushwire-tls.pem").c_str(), 0644);
  EXPECT_EQ(ensure(), first);
  EXPECT_NE(said.find("can be read by others"), std::string::npos) << said;
}

TEST_F(CertificateFolderTest, a_place_where_nothing_can_be_is_named) {
  const std::string file = folder.write("file", "x");
  for (const std::string& place : {file, folder.path("none/inside"), file + "/inside"}) {
    try {
      CertificateFolder(place, nullptr).ensure({}, std::time(nullptr));
      ADD_FAILURE() << place;
    } catch (const std::system_error& error) {
      EXPECT_NE(std::string(error.what()).find(place), std::string::npos) << error.what();
    }
  }
}

TEST_F(CertificateFolderTest, several_at_once_end_up_with_the_same) {
  std::vector<std::string> fingerprints(4);
  std::vector<std::thread> threads;
  for (std::string& fingerprint : fingerprints) {
    threads.emplace_back([&] {
      TlsSource source;
      source.folder = inside;
      fingerprint = open_tls(source)->fingerprint();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& fingerprint : fingerprints) EXPECT_EQ(fingerprint, fingerprints[0]);
}

// What the certificate says that it is for: "DNS:name" and "IP:address".
std::set<std::string> names_in(const std::string& pem) {
  std::set<std::string> names;
  const openssl::CertificatePtr certificate = first_certificate(pem);
  auto* const all =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    int kind = 0;
    const auto* const value =
        static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all, i), &kind));
    const std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                            static_cast<std::size_t>(ASN1_STRING_length(value)));
    if (kind == GEN_DNS) names.insert("DNS:" + bytes);
    else names.insert("IP:" + std::to_string(bytes.size()));
  }
  GENERAL_NAMES_free(all);
  return names;
}

TEST(SelfSigned, is_for_the_names_that_it_was_given) {
  const SelfSigned made = make_self_signed({"localhost", "Device.Local", "localhost", "127.0.0.1", "::1", "0.0.0.0",
                                            "a b", "", "bad,DNS:evil.example", std::string(300, 'a')},
                                           std::time(nullptr));
  const openssl::CertificatePtr certificate = first_certificate(made.certificate);
  EXPECT_EQ(names_in(made.certificate), (std::set<std::string>{"DNS:localhost", "DNS:device.local", "IP:4", "IP:16"}));
  X509* const x509 = certificate.get();
  EXPECT_EQ(X509_check_host(x509, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(x509, "evil.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(x509, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(x509, "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(x509, "127.0.0.2", 0), 0);
}

TEST(SelfSigned, is_what_browsers_take) {
  const std::time_t now = std::time(nullptr);
  const SelfSigned made = make_self_signed({"localhost"}, now);
  const openssl::CertificatePtr certificate = first_certificate(made.certificate);
  X509* const x509 = certificate.get();
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(x509), X509_get0_notAfter(x509));
  EXPECT_LE(days, 397);
  EXPECT_GE(days, 300);
  std::time_t at = now;
  EXPECT_LT(X509_cmp_time(X509_get0_notBefore(x509), &at), 0);
  EXPECT_EQ(X509_get_version(x509), X509_VERSION_3);
  EXPECT_EQ(X509_get_key_usage(x509), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(x509), static_cast<unsigned>(XKU_SSL_SERVER));
  EXPECT_EQ(X509_check_ca(x509), 0);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(x509)), 256);
  EXPECT_EQ(X509_verify(x509, X509_get0_pubkey(x509)), 1);
  const SelfSigned next = make_self_signed({"localhost"}, now);
  EXPECT_NE(
      ASN1_INTEGER_cmp(X509_get0_serialNumber(x509), X509_get0_serialNumber(first_certificate(next.certificate).get())),
      0);
}

TEST(SelfSigned, this_machine_is_known_by_its_name_and_addresses) {
  const std::vector<std::string> names = names_of_this_machine();
  const auto has = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  EXPECT_TRUE(has(host));
  EXPECT_TRUE(has("localhost"));
  EXPECT_TRUE(has("127.0.0.1"));
  EXPECT_TRUE(has("::1"));
  for (const std::string& name : names) EXPECT_NE(name.find("fe80:"), 0u) << name;
}

}  // namespace
}  // namespace pushwire::net
