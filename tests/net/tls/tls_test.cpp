// Certificates and keys from files: what is used, and what is said of those that cannot be.
#include "net/tls/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>

#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "net/tls/self_signed.hpp"
#include "net/tls/tls_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace pushwire::net {
namespace {

const SelfSigned& one() {
  static const SelfSigned made = make_self_signed({"localhost"}, std::time(nullptr));
  return made;
}
const SelfSigned& other() {
  static const SelfSigned made = make_self_signed({"localhost"}, std::time(nullptr));
  return made;
}

std::string pem_of(EVP_PKEY* key, const char* password) {
  const openssl::BioPtr bio(BIO_new(BIO_s_mem()));
  const int size = password == nullptr ? 0 : static_cast<int>(std::strlen(password));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, password == nullptr ? nullptr : EVP_aes_128_cbc(), password, size,
                                nullptr, nullptr);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

std::string with_key(const std::string& pem, const std::function<std::string(EVP_PKEY*)>& use) {
  return use(private_key(pem).get());
}

class TlsFiles : public testing::Test {
 protected:
  std::shared_ptr<Tls> open(const std::string& chain_file, const std::string& key_file) {
    TlsSource source;
    source.chain_file = chain_file;
    source.key_file = key_file;
    source.log = [this](LogLevel, std::string_view line) { said.emplace_back(line); };
    return open_tls(std::move(source));
  }
  std::string fault(const std::string& chain_file, const std::string& key_file) {
    try {
      open(chain_file, key_file);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  }

  TemporaryFolder folder;
  std::string chain = folder.write("chain.pem", one().certificate);
  std::string key = folder.write("key.pem", one().key);
  std::vector<std::string> said;
};

TEST_F(TlsFiles, are_used_and_known_by_their_fingerprint) {
  const auto tls = open(chain, key);
  const std::string fingerprint = tls->fingerprint();
  EXPECT_EQ(fingerprint.size(), 32 * 3 - 1u);
  EXPECT_EQ(fingerprint.find_first_not_of("0123456789ABCDEF:"), std::string::npos);
  EXPECT_EQ(fingerprint, fingerprint_of(*first_certificate(one().certificate)));
  EXPECT_EQ(said, std::vector<std::string>{});
  EXPECT_EQ(fault(folder.write("both.pem", one().key + one().certificate), folder.path("both.pem")), "");
  EXPECT_EQ(fault(folder.write("crlf.pem",
                               [] {
                                 std::string text;
                                 for (const char c : one().certificate) c == '\n' ? text += "\r\n" : text += c;
                                 return text;
                               }()),
                  key),
            "");
}

TEST_F(TlsFiles, errors_name_the_file_and_what_is_wrong_with_it) {
  const std::string garbage = folder.write("garbage.pem", "not PEM at all");
  const std::string empty = folder.write("empty.pem", "");
  const std::string torn = folder.write("torn.pem", one().certificate.substr(0, one().certificate.size() / 2));
  const std::string broken =
      folder.write("broken.pem", "-----BEGIN CERTIFICATE-----\nTm90IERFUg==\n-----END CERTIFICATE-----\n");
  const std::string broken_key =
      folder.write("broken-key.pem", "-----BEGIN PRIVATE KEY-----\nTm90IERFUg==\n-----END PRIVATE KEY-----\n");
  const std::string tail = folder.write(
      "tail.pem", one().certificate + "-----BEGIN CERTIFICATE-----\nTm90IERFUg==\n-----END CERTIFICATE-----\n");
  const std::string large = folder.write("large.pem", one().certificate + std::string(1024 * 1024, '\n'));
  const std::string foreign = folder.write("foreign.pem", other().key);
  const std::string encrypted =
      folder.write("encrypted.pem", with_key(one().key, [](EVP_PKEY* k) { return pem_of(k, "secret"); }));
  const std::string pipe = folder.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);

  const struct {
    std::string chain, key, names, says;
  } cases[] = {
      {folder.path("none.pem"), key, "none.pem", "No such file"},
      {chain, folder.path("none.pem"), "none.pem", "No such file"},
      {folder.path(), key, folder.path(), "directory"},
      {pipe, key, pipe, "Invalid argument"},
      {large, key, large, "too large"},
      {garbage, key, garbage, "no PEM certificate"},
      {empty, key, empty, "no PEM certificate"},
      {torn, key, torn, ""},
      {broken, key, broken, ""},
      {tail, key, tail, ""},
      {key, key, key, "no PEM certificate"},
      {chain, garbage, garbage, "no PEM private key"},
      {chain, chain, chain, "no PEM private key"},
      {chain, broken_key, broken_key, ""},
      {chain, encrypted, encrypted, "encrypted"},
      {chain, foreign, foreign, "does not belong to the certificate in " + chain},
  };
  for (const auto& each : cases) {
    const std::string text = fault(each.chain, each.key);
    EXPECT_EQ(text.find("pushwire: "), 0u) << text;
    EXPECT_NE(text.find(each.names), std::string::npos) << text;
    EXPECT_NE(text.find(each.says), std::string::npos) << text;
  }
}

TEST_F(TlsFiles, weak_keys_are_refused) {
  const openssl::KeyPtr weak(EVP_RSA_gen(1024));
  ASSERT_TRUE(weak);
  const openssl::CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), weak.get());
  X509_sign(certificate.get(), weak.get(), EVP_sha256());
  const openssl::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  const std::string path = folder.write("weak.pem", std::string(text, static_cast<std::size_t>(size)));
  const std::string error = fault(path, folder.write("weak-key.pem", pem_of(weak.get(), nullptr)));
  EXPECT_NE(error.find(path), std::string::npos) << error;
  EXPECT_NE(error.find("key too small"), std::string::npos) << error;
}

TEST_F(TlsFiles, a_certificate_that_has_ended_is_used_and_told_of) {
  constexpr std::time_t kDay = 24 * 60 * 60;
  const std::time_t made = std::time(nullptr) - 500 * kDay;
  const std::time_t end = made + (kSelfSignedDays - 1) * kDay;  // it is good from a day before on
  const SelfSigned old = make_self_signed({"localhost"}, made);
  open(folder.write("old.pem", old.certificate), folder.write("old-key.pem", old.key));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("old.pem"), std::string::npos);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", std::gmtime(&end));
  EXPECT_NE(said[0].find(date), std::string::npos) << said[0];
}

TEST_F(TlsFiles, reload_takes_the_new_ones_or_keeps_the_old_ones) {
  const auto tls = open(chain, key);
  const std::string before = tls->fingerprint();
  folder.write("chain.pem", other().certificate);
  EXPECT_THROW(tls->reload(), std::runtime_error) << "the key is still the old one";
  EXPECT_EQ(tls->fingerprint(), before);
  folder.write("key.pem", other().key);
  tls->reload();
  EXPECT_EQ(tls->fingerprint(), fingerprint_of(*first_certificate(other().certificate)));
  folder.write("key.pem", "");
  EXPECT_THROW(tls->reload(), std::runtime_error);
  EXPECT_EQ(tls->fingerprint(), fingerprint_of(*first_certificate(other().certificate)));
}

// A connection by `tls`, before its handshake.
struct Connection : Wire::Observer {
  explicit Connection(const Tls& tls) : wire(tls.wrap(inner, later)) {
    wire->observe(this);
    wire->await_readable();
  }
  void on_readable() override {}
  void on_writable() override {}
  void shake_hands() {
    while (!client.shake_hands()) {
      inner->incoming += client.take();
      inner->tell();
      client.feed(inner->outgoing);
      inner->outgoing.clear();
    }
  }

  const Tls::Later later = [](const std::function<void()>&) {};
  TlsClient client;
  const std::shared_ptr<HandWire> inner = std::make_shared<HandWire>();
  const std::shared_ptr<Wire> wire;
};

TEST_F(TlsFiles, wires_from_before_a_reload_go_on) {
  const auto tls = open(chain, key);
  Connection before(*tls);
  folder.write("chain.pem", other().certificate);
  folder.write("key.pem", other().key);
  tls->reload();
  before.shake_hands();
  const openssl::CertificatePtr shown(SSL_get1_peer_certificate(before.client.ssl()));
  EXPECT_EQ(fingerprint_of(*shown), fingerprint_of(*first_certificate(one().certificate)));
  EXPECT_NE(fingerprint_of(*shown), tls->fingerprint());
}

TEST_F(TlsFiles, the_whole_chain_is_sent) {
  const auto tls = open(folder.write("two.pem", one().certificate + other().certificate), key);
  Connection connection(*tls);
  connection.shake_hands();
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(connection.client.ssl())), 2);
}

TEST_F(TlsFiles, the_hosts_own_errors_stay_in_its_queue) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 42);
  fault(folder.write("garbage.pem", "x"), key);
  open(chain, key);
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 42);
  EXPECT_EQ(ERR_get_error(), 0u);
  fault(folder.path("garbage.pem"), key);
  EXPECT_EQ(ERR_get_error(), 0u);
}

}  // namespace
}  // namespace pushwire::net
