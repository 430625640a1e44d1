// The request reader against every vector file, judged by the oracle that stands
// beside the data, a strict reader in Python. Where it is missing, the vectors of
// our own making are judged by what they expect.
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

#include "router/http/request_reader.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using test::Vector;

struct Verdict {
  std::size_t messages = 0;
  std::string word;
  friend bool operator==(const Verdict&, const Verdict&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Verdict& v) {
    return out << v.messages << " then " << v.word;
  }
};

// What a session does with one connection: request after request until it ends.
class Connection {
 public:
  void receive(std::string_view bytes) {
    while (!bytes.empty() && verdict_.word != "reject" && verdict_.word != "closed") {
      const RequestReader::Progress progress = reader_.feed(bytes);
      bytes.remove_prefix(progress.used);
      if (progress.state == RequestReader::State::kRefused) verdict_.word = "reject";
      if (progress.state == RequestReader::State::kComplete) complete();
    }
  }

  Verdict verdict() const {
    Verdict result = verdict_;
    if (result.word.empty()) result.word = reader_.idle() ? "accept" : "incomplete";
    return result;
  }

 private:
  void complete() {
    ++verdict_.messages;
    if (!reader_.head().keep_alive) verdict_.word = "closed";
    reader_.reset();
  }

  RequestReader reader_;
  Verdict verdict_;
};

Verdict read_in_steps(std::string_view bytes, std::size_t step) {
  Connection connection;
  for (std::size_t at = 0; at < bytes.size(); at += step)
    connection.receive(bytes.substr(at, step));
  return connection.verdict();
}

Verdict read_in_two(std::string_view bytes, std::size_t split) {
  Connection connection;
  connection.receive(bytes.substr(0, split));
  connection.receive(bytes.substr(split));
  return connection.verdict();
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> part;
  while (pipe) {
    const std::size_t size = std::fread(part.data(), 1, part.size(), pipe.get());
    if (size == 0) break;
    output.append(part.data(), size);
  }
  return output;
}

// One verdict a vector, in order; none if there is no oracle.
std::vector<Verdict> oracle_verdicts(const std::string& file) {
  const std::filesystem::path data = *test::test_data();
  const std::filesystem::path folder = data.parent_path() / "conformance";
  if (!std::filesystem::exists(folder / "strict_ref.py")) return {};
  const std::string script =
      "import sys, json, base64\n"
      "sys.dont_write_bytecode = True\n"
      "sys.path.insert(0, sys.argv[1])\n"
      "from strict_ref import run\n"
      "for v in json.load(open(sys.argv[2])):\n"
      "    print(*run(base64.b64decode(v['raw_bytes_base64']))[:2])\n";
  std::istringstream lines(output_of("python3 -c \"" + script + "\" '" + folder.string() + "' '" +
                                     (data / "http" / file).string() + "'"));
  std::vector<Verdict> verdicts;
  for (Verdict v; lines >> v.messages >> v.word;) verdicts.push_back(v);
  return verdicts;
}

TEST_CASE("every request vector is read as the oracle reads it", "[http][vectors]") {
  const std::string file =
      GENERATE("own_requests.json", "llhttp_requests.json", "llhttp_lenient_only.json",
               "pico_requests.json", "smuggler_cl_te.json");
  const std::vector<Vector> vectors = test::load_vectors(file);
  const std::vector<Verdict> expected =
      vectors.empty() ? std::vector<Verdict>() : oracle_verdicts(file);
  if (expected.empty()) return;
  REQUIRE(expected.size() == vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const std::string& bytes = vectors[i].bytes;
    CAPTURE(file, vectors[i].name);
    CHECK(read_in_steps(bytes, bytes.size() + 1) == expected[i]);
    CHECK(read_in_steps(bytes, 1) == expected[i]);
    if (bytes.size() >= 400) continue;
    for (std::size_t split = 1; split < bytes.size(); ++split) {
      CAPTURE(split);
      CHECK(read_in_two(bytes, split) == expected[i]);
    }
  }
}

TEST_CASE("our own request vectors are read as they expect", "[http][vectors]") {
  for (const Vector& vector : test::load_vectors("own_requests.json")) {
    CAPTURE(vector.name);
    CHECK(read_in_steps(vector.bytes, 1).word == vector.node["expect"].get<std::string>());
  }
}

}  // namespace
}  // namespace weir
