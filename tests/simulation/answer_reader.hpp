// Reads the HTTP answers of one connection, one after the other, from bytes that are cut anywhere. Strict: what a
// server must not send is a fault.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace pushwire::simulation {

class AnswerReader {
 public:
  struct Head {
    int status = 0;
    std::map<std::string, std::string> fields;  // names in lower case
    bool has(const std::string& name) const { return fields.count(name) != 0; }
    std::string field(const std::string& name) const { return has(name) ? fields.at(name) : std::string(); }
    bool closes() const { return field("connection") == "close"; }
  };

  class Handler {
   public:
    // Whether a body follows (not behind HEAD).
    virtual bool on_head(const Head& head) = 0;
    virtual void on_body(std::string_view bytes) = 0;
    virtual void on_answer() = 0;  // it is whole
    virtual void on_upgraded(std::string_view bytes) = 0;
    virtual void on_fault(const std::string& sentence) = 0;

   protected:
    ~Handler() = default;
  };

  explicit AnswerReader(Handler& handler) : handler_(handler) {}

  // Returns how many it took: all, unless stop() was called meanwhile.
  std::size_t feed(std::string_view bytes);
  // From on_answer: what follows is for somebody else.
  void stop() noexcept { stopped_ = true; }
  // The connection has ended; completes an answer that ends with it. False: it was cut inside an answer.
  bool end();

 private:
  enum class State { head, counted, chunk_size, chunk, chunk_end, trailer, until_close, upgraded, broken };

  void begin_answer(std::string_view head);
  void fault(const std::string& sentence);
  void complete();
  bool line(std::string_view& bytes);  // gathers one line into text_

  Handler& handler_;
  State state_ = State::head;
  std::string text_;
  std::size_t left_ = 0;
  bool stopped_ = false;
};

}  // namespace pushwire::simulation
