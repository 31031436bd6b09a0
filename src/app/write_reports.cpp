// `zaitu report`: which parcels, projects or figures are asked for, in which form, into which files.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/commands.h"
#include "app/ledger_table.h"
#include "app/quarter_package.h"
#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::app {

namespace {

using base::ExitCode;
using base::Language;

std::string tr(Language language, std::string_view zh, std::string_view en) {
  return std::string(language == Language::zh ? zh : en);
}

// A code as part of a file name on any system: no separators, no characters that Windows or shells take for their own,
// no leading dot, not too long.
std::string safe_name(std::string_view code) {
  std::string name;
  std::size_t position = 0;
  while (position < code.size() && name.size() < 100) {
    const char32_t c = base::next_code_point(code, position);
    const bool unsafe = c <= 32 || c == 127 || c == 0xFFFD ||
                        std::u32string_view(U"/\\:*?\"<>|'`$&;%").find(c) != std::u32string_view::npos;
    base::append_utf8(name, unsafe || (name.empty() && (c == '.' || c == '-')) ? U'_' : c);
  }
  return name.empty() ? "_" : name;
}

// Levenshtein's distance of two codes, without regard to case; codes are short.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

// " (near: )", or nothing. `codes` may be a million: the walk is linear and keeps three.
template <class CodeAt>
std::string near_matches(const std::string& wanted, std::size_t count, const CodeAt& code_at) {
  const std::string low = base::ascii_lower(wanted).substr(0, 80);
  std::vector<std::pair<std::size_t, std::string>> best;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string code(code_at(i));
    const std::string other = base::ascii_lower(code).substr(0, 80);
    std::size_t far = distance(low, other);
    if (!low.empty() && other.find(low) != std::string::npos) far = std::min<std::size_t>(far, 1);
    if (far > std::max<std::size_t>(2, low.size() / 3)) continue;
    best.emplace_back(far, code);
    std::sort(best.begin(), best.end());
    if (best.size() > 3) best.pop_back();
  }
  std::string text;
  for (const auto& [far, code] : best) text += (text.empty() ? "" : ", ") + code;
  return text.empty() ? "" : base::say(" (near: {})", text);
}

[[noreturn]] void usage(const std::string& message) { throw base::Error(ExitCode::usage, message); }

// The folder of the outputs; what had to be made is removed again when nothing came to stand in it.
class OutputFolder {
 public:
  explicit OutputFolder(std::filesystem::path folder) : m_folder(std::move(folder)) {
    if (m_folder.empty()) usage(base::say("report: say with --out into which folder"));
    std::error_code failed;
    std::filesystem::path part;
    for (const auto& name : m_folder) {
      part /= name;
      if (part.empty() || std::filesystem::exists(part, failed)) continue;
      if (!std::filesystem::create_directory(part, failed) && failed) {
        remove_made();
        throw base::Error(ExitCode::output_failed,
                          base::say("{}: the folder cannot be made ({}); choose another with --out", m_folder.string(),
                                    failed.message()));
      }
      m_made.push_back(part);
    }
    if (!std::filesystem::is_directory(m_folder, failed))
      throw base::Error(ExitCode::output_failed,
                        base::say("{}: is not a folder; choose one with --out", m_folder.string()));
  }
  ~OutputFolder() { remove_made(); }
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  // A path for this stem that no other output of this run has.
  std::string file(const std::string& stem, const std::string& ending) {
    std::string name = stem + "." + ending;
    for (int number = 2; !m_used.insert(name).second; ++number) name = fmt::format("{}-{}.{}", stem, number, ending);
    return (m_folder / name).string();
  }

 private:
  void remove_made() {
    std::error_code ignored;
    for (auto folder = m_made.rbegin(); folder != m_made.rend(); ++folder) {
      if (std::filesystem::is_empty(*folder, ignored)) std::filesystem::remove(*folder, ignored);
    }
    m_made.clear();
  }

  std::filesystem::path m_folder;
  std::vector<std::filesystem::path> m_made;
  std::set<std::string> m_used;
};

class Reports {
 public:
  Reports(const Picture& picture, const ReportOptions& options, Language language, base::Progress& progress)
      : m_picture(picture),
        m_project(*picture.project),
        m_options(options),
        m_format(options.format.empty() ? "pdf" : options.format),
        m_language(language),
        m_progress(progress),
        m_subject{picture.project, picture.locations, picture.status, picture.rule, language} {}

  std::vector<report::WrittenFile> write() {
    check_options();
    if (m_options.quarter) return quarter_package();
    // Everything that can be asked wrongly is found before the first file is made.
    const std::vector<std::uint32_t> by_code = parcels_by_code();
    const std::optional<std::uint32_t> project = m_options.project ? std::optional(project_row()) : std::nullopt;
    const std::vector<std::uint32_t> by_where = parcels_by_where();
    OutputFolder folder(m_options.out);
    if (m_format == "pdf") {
      for (const std::uint32_t row : by_code) {
        const std::string stem = "parcel_" + safe_name(m_project.parcels->code[row]);
        m_files.push_back(report::write_parcel_cards(m_subject, {row}, folder.file(stem, "pdf"), m_progress));
      }
      if (project) {
        const std::string stem = "project_" + safe_name((*m_project.projects)[*project].code);
        m_files.push_back(report::write_project_card(m_subject, *project, folder.file(stem, "pdf"), m_progress));
      }
      if (!by_where.empty())
        m_files.push_back(
            report::write_parcel_cards(m_subject, by_where, folder.file("parcel_cards", "pdf"), m_progress));
      if (m_options.summary) m_files.push_back(report::write_summary(m_subject, folder.file("summary", "pdf")));
    } else {
      if (!by_code.empty() || !by_where.empty()) {
        std::vector<std::uint32_t> rows = by_code;
        rows.insert(rows.end(), by_where.begin(), by_where.end());
        std::sort(rows.begin(), rows.end());
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
        write_tables(folder, "ledger_parcels", tr(m_language, "地块台账", "parcels"), {parcel_table(rows)});
      }
      if (project) {
        const model::CarrierProject& row = (*m_project.projects)[*project];
        write_tables(folder, "ledger_project_" + safe_name(row.code), row.code, project_tables(row));
      }
      if (m_options.summary)
        write_tables(folder, "summary", tr(m_language, "供给概要", "supply summary"),
                     {targets_table(), groups_table()});
      if (by_code.empty() && !project && !m_options.where && !m_options.summary)
        write_tables(folder, "ledger", tr(m_language, "全部台账", "all ledgers"),
                     {whole_table(LedgerKind::parcels), whole_table(LedgerKind::projects),
                      whole_table(LedgerKind::phases), whole_table(LedgerKind::events)});
    }
    return std::move(m_files);
  }

 private:
  void check_options() const {
    if (m_options.quarter) {
      const std::string& format = m_options.format;
      if (!format.empty() && format != "pdf" && format != "xlsx" && format != "gpkg")
        usage(base::say("report: --format {} is not known for a quarter; use pdf, xlsx or gpkg, or none for all three",
                        format));
      return;
    }
    if (m_format != "pdf" && m_format != "csv" && m_format != "xlsx")
      usage(base::say("report: --format {} is not known; use pdf, csv or xlsx", m_format));
    if (m_format == "pdf" && m_options.parcels.empty() && !m_options.project && !m_options.where && !m_options.summary)
      usage(base::say(
          "report: say what to report: --parcel CODE, --project CODE, --where EXPR, --summary or --quarter 2025Q3"));
  }

  std::vector<report::WrittenFile> quarter_package() const {
    OutputFolder folder(m_options.out);
    const std::string stem = "quarter_" + m_options.quarter->name();
    std::vector<PackageFile> files;
    for (const char* format : {"pdf", "xlsx", "gpkg"}) {
      if (m_options.format.empty() || m_options.format == format) files.push_back({format, folder.file(stem, format)});
    }
    return write_quarter_package(m_picture, *m_options.quarter, files, m_language, m_progress);
  }

  std::vector<std::uint32_t> parcels_by_code() const {
    std::vector<std::uint32_t> rows;
    const model::ParcelTable& parcels = *m_project.parcels;
    for (const std::string& code : m_options.parcels) {
      std::uint32_t row = 0;
      while (row < parcels.size() && parcels.code[row] != code) ++row;
      if (row == parcels.size())
        usage(base::say("report: no parcel has the code \"{}\"{}; `zaitu list PROJECT parcels` names them all", code,
                        near_matches(code, parcels.size(), [&](std::size_t i) { return parcels.code[i]; })));
      if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
    }
    return rows;
  }

  std::uint32_t project_row() const {
    const auto& projects = *m_project.projects;
    const auto found =
        std::find_if(projects.begin(), projects.end(), [&](const auto& row) { return row.code == *m_options.project; });
    if (found == projects.end())
      usage(base::say("report: no project has the code \"{}\"{}; `zaitu list PROJECT projects` names them all",
                      *m_options.project, near_matches(*m_options.project, projects.size(), [&](std::size_t i) {
                        return std::string_view(projects[i].code);
                      })));
    return static_cast<std::uint32_t>(found - projects.begin());
  }

  std::vector<std::uint32_t> parcels_by_where() const {
    if (!m_options.where) return {};
    const Ledger ledger = make_ledger(m_picture, LedgerKind::parcels, m_language);
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t line : filter_ledger(ledger, *m_options.where)) {
      if (const auto row = m_project.parcels->row_of(model::ParcelId{ledger.ids[line]})) rows.push_back(*row);
    }
    if (rows.empty()) usage(base::say("report: no parcel satisfies --where \"{}\"", *m_options.where));
    return rows;
  }

  // ---- tables ----
  report::Table table_of(Ledger made, std::string name, std::vector<std::uint32_t> lines) const {
    return table_of_ledger(m_picture, std::move(made), std::move(name), std::move(lines), m_language,
                           m_format == "csv");
  }

  template <class Wanted>
  report::Table table_where(LedgerKind kind, const Wanted& wanted) const {
    Ledger ledger = make_ledger(m_picture, kind, m_language);
    std::vector<std::uint32_t> lines;
    for (std::uint32_t line = 0; line < ledger.size(); ++line) {
      if (wanted(ledger.ids[line])) lines.push_back(line);
    }
    return table_of(std::move(ledger), ledger_title(kind, m_language), std::move(lines));
  }
  report::Table whole_table(LedgerKind kind) const {
    return table_where(kind, [](std::int64_t) { return true; });
  }
  report::Table parcel_table(const std::vector<std::uint32_t>& rows) const {
    std::set<std::int64_t> ids;
    for (const std::uint32_t row : rows) ids.insert(m_project.parcels->id[row].value);
    return table_where(LedgerKind::parcels, [&](std::int64_t id) { return ids.contains(id); });
  }

  std::vector<report::Table> project_tables(const model::CarrierProject& project) const {
    std::set<std::int64_t> phases, parcels;
    for (std::size_t i = 0; i < m_project.phases->size(); ++i) {
      if ((*m_project.phases)[i].project != project.id) continue;
      phases.insert((*m_project.phases)[i].id.value);
      for (const std::uint32_t row : m_picture.locations->phase_parcels[i])
        parcels.insert(m_project.parcels->id[row].value);
    }
    for (const model::ProjectParcel& link : *m_project.project_parcels) {
      if (link.project == project.id) parcels.insert(link.parcel.value);
    }
    return {table_where(LedgerKind::phases, [&](std::int64_t id) { return phases.contains(id); }),
            table_where(LedgerKind::parcels, [&](std::int64_t id) { return parcels.contains(id); })};
  }

  report::Table targets_table() const {
    using Kind = report::Table::Column::Kind;
    report::Table table;
    table.name = tr(m_language, "年末目标", "targets");
    table.dated = m_picture.status->as_of;
    table.columns = {{tr(m_language, "年份", "Year")},
                     {tr(m_language, "目标 ㎡", "Target m²"), Kind::number, 1},
                     {tr(m_language, "计入 ㎡", "Counted m²"), Kind::number, 1},
                     {tr(m_language, "缺口 ㎡", "Gap m²"), Kind::number, 1},
                     {tr(m_language, "文件", "Document")},
                     {tr(m_language, "版本", "Version")}};
    const planning::Supply& supply = *m_picture.supply;
    for (const planning::TargetGap& target : supply.targets)
      table.rows.push_back({std::to_string(target.year), base::shortest(target.target_m2),
                            base::shortest(supply.counted_m2), base::shortest(target.gap_m2), target.document,
                            target.document_version});
    table.notes = table_notes(m_picture, supply.synthetic_phases, supply.evidence.size(), m_language);
    table.notes.push_back(
        fmt::format(fmt::runtime(tr(m_language, "{} 个分期计入，{} 个缺面积（按 0 计），{} 个暂缓。",
                                    "{} phases count, {} have no area (taken as 0), {} are stalled.")),
                    supply.counted_phases, supply.missing_area, supply.stalled));
    return table;
  }

  report::Table groups_table() const {
    using Kind = report::Table::Column::Kind;
    report::Table table;
    table.name = tr(m_language, "圈层×确定性", "circle x certainty");
    table.dated = m_picture.status->as_of;
    table.columns = {{tr(m_language, "圈层", "Circle")},
                     {tr(m_language, "圈层名称", "Circle name")},
                     {tr(m_language, "确定性", "Certainty")},
                     {tr(m_language, "确定性名称", "Certainty name")},
                     {tr(m_language, "面积 ㎡", "Area m²"), Kind::number, 1, true},
                     {tr(m_language, "其中计入 ㎡", "Counted m²"), Kind::number, 1, true},
                     {tr(m_language, "分期", "Phases"), Kind::number, 0, true},
                     {tr(m_language, "缺面积", "No area"), Kind::number, 0, true}};
    const planning::Supply& supply = *m_picture.by_circle_and_certainty;
    for (const planning::SupplyGroup& group : supply.groups)
      table.rows.push_back({group.key[0], group.label[0], group.key[1], group.label[1], base::shortest(group.area_m2),
                            base::shortest(group.counted_m2), std::to_string(group.phases),
                            std::to_string(group.missing_area)});
    table.notes = table_notes(m_picture, supply.synthetic_phases, supply.evidence.size(), m_language);
    return table;
  }

  // XLSX: one workbook; CSV: a file for each table.
  void write_tables(OutputFolder& folder, const std::string& stem, const std::string& subject,
                    const std::vector<report::Table>& tables) {
    m_progress.throw_if_stopped();
    if (m_format == "xlsx") {
      const std::string file = folder.file(stem, "xlsx");
      report::write_xlsx(tables, file, m_language);
      m_files.push_back({file, "ledger", subject});
      return;
    }
    for (const report::Table& table : tables) {
      const std::string file = folder.file(tables.size() == 1 ? stem : stem + "_" + safe_name(table.name), "csv");
      report::write_csv(table, file, m_progress);
      m_files.push_back({file, "ledger", subject});
    }
  }

  const Picture& m_picture;
  const model::Project& m_project;
  const ReportOptions& m_options;
  const std::string m_format;
  const Language m_language;
  base::Progress& m_progress;
  const report::Subject m_subject;
  std::vector<report::WrittenFile> m_files;
};

}  // namespace

std::vector<report::WrittenFile> write_reports(const Picture& picture, const ReportOptions& options,
                                               base::Language language, base::Progress& progress) {
  return Reports(picture, options, language, progress).write();
}

}  // namespace zaitu::app
