// Pages a second: parcel cards and the summary of the demo project, drawn and written to a temporary folder.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "app/commands.h"
#include "io/read_worker.h"

namespace {

using namespace zaitu;

// A folder of the run's own with the demo project in it, removed at the end.
class Demo {
 public:
  Demo() {
    std::string pattern = (std::filesystem::temp_directory_path() / "zaitu-bench-XXXXXX").string();
    m_folder = ::mkdtemp(pattern.data());
    base::Progress progress;
    app::init_project({m_folder / "demo.sqlite", "EPSG:4549", true}, progress);
    const auto file = store::ProjectFile::open(m_folder / "demo.sqlite", store::Access::read_only);
    const auto project = std::make_shared<const model::Project>(file.load(progress));
    const app::Picture picture =
        app::make_picture(project, *base::Date::from_ymd(2025, 12, 31), {}, base::Language::zh, progress);
    m_subject = {picture.project, picture.locations, picture.status, picture.rule, base::Language::zh};
  }
  ~Demo() { std::filesystem::remove_all(m_folder); }
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;
  const report::Subject& subject() const { return m_subject; }
  std::string file(const std::string& name) const { return (m_folder / name).string(); }

 private:
  std::filesystem::path m_folder;
  report::Subject m_subject;
};

const Demo& demo() {
  static const Demo once;
  return once;
}

void parcel_cards(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(
      std::min<std::size_t>(static_cast<std::size_t>(state.range(0)), demo().subject().project->parcels->size()));
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  for (auto _ : state) {
    base::Progress progress;
    report::write_parcel_cards(demo().subject(), rows, demo().file("cards.pdf"), progress);
  }
  state.counters["cards/s"] = benchmark::Counter(static_cast<double>(count) * static_cast<double>(state.iterations()),
                                                 benchmark::Counter::kIsRate);
  state.counters["bytes/card"] = static_cast<double>(std::filesystem::file_size(demo().file("cards.pdf"))) / count;
}
BENCHMARK(parcel_cards)->Arg(1)->Arg(20)->Unit(benchmark::kMillisecond)->UseRealTime();

void summary(benchmark::State& state) {
  for (auto _ : state) report::write_summary(demo().subject(), demo().file("summary.pdf"));
}
BENCHMARK(summary)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  // The demo's files are read by this same binary in a process of its own.
  if (argc > 1 && std::string(argv[1]) == "--read-worker") return io::read_worker_main(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
