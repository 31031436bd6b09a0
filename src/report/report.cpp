#include "report/report.h"

#include <cairo.h>

#include "report/parcel_card.h"
#include "report/pdf_file.h"
#include "report/project_card.h"
#include "report/project_index.h"
#include "report/summary.h"
#include "report/words.h"

namespace zaitu::report {

namespace {

// Draws one card twice: dry, to learn its number of pages, then for good.
template <class Draw>
void draw_counted(Canvas& canvas, const Draw& draw) {
  int pages = 0;
  measure_pdf([&](Canvas& dry) { pages = draw(dry, 0); });
  draw(canvas, pages);
}

void draw_parcel_cards(Canvas& canvas, const ProjectIndex& index, const CardScenes& scenes,
                       const std::vector<std::uint32_t>& rows, base::Progress& progress) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    progress.throw_if_stopped();
    draw_counted(canvas, [&](Canvas& to, int pages) { return draw_parcel_card(to, index, scenes, rows[i], pages); });
    progress.report(i + 1, rows.size());
  }
}

}  // namespace

WrittenFile write_parcel_cards(const Subject& subject, const std::vector<std::uint32_t>& parcel_rows,
                               const std::string& file, base::Progress& progress) {
  const ProjectIndex index(subject);
  const CardScenes scenes = make_card_scenes(index);
  const model::ParcelTable& parcels = *subject.project->parcels;
  std::string codes;
  for (const std::uint32_t row : parcel_rows) {
    if (codes.size() > 80) {
      codes += " …";
      break;
    }
    codes += (codes.empty() ? "" : ", ") + std::string(parcels.code[row]);
  }
  const PdfFacts facts{words(subject.language, "地块档案卡 ", "Parcel card ") + codes, codes, subject.status->as_of};
  write_pdf(file,
            make_pdf(facts, [&](Canvas& canvas) { draw_parcel_cards(canvas, index, scenes, parcel_rows, progress); }));
  return {file, "parcel-card", codes};
}

WrittenFile write_project_card(const Subject& subject, std::uint32_t project_row, const std::string& file,
                               base::Progress& progress) {
  const ProjectIndex index(subject);
  const CardScenes scenes = make_card_scenes(index);
  const model::CarrierProject& project = (*subject.project->projects)[project_row];
  const PdfFacts facts{words(subject.language, "载体项目卡 ", "Project card ") +
                           name_of(subject.language, project.name_zh, project.name_en),
                       project.code, subject.status->as_of};
  write_pdf(file, make_pdf(facts, [&](Canvas& canvas) {
              draw_counted(canvas, [&](Canvas& to, int pages) {
                return draw_project_card(to, index, scenes, project_row, pages);
              });
              draw_parcel_cards(canvas, index, scenes, index.parcels_of_project(project.id), progress);
            }));
  return {file, "project-card", project.code};
}

WrittenFile write_summary(const Subject& subject, const std::string& file) {
  const ProjectIndex index(subject);
  const SummaryScenes scenes = make_summary_scenes(index);
  const std::string name = name_of(subject.language, subject.project->name_zh, subject.project->name_en);
  const PdfFacts facts{words(subject.language, "载体供给概要 ", "Supply summary ") + name, name, subject.status->as_of};
  write_pdf(file, make_pdf(facts, [&](Canvas& canvas) {
              draw_counted(canvas, [&](Canvas& to, int pages) { return draw_summary(to, index, scenes, pages); });
            }));
  return {file, "summary", name};
}

}  // namespace zaitu::report
