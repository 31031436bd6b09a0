#include "report/card_head.h"

#include <fmt/format.h>

#include "base/paths.h"
#include "report/pdf_file.h"
#include "report/words.h"

namespace zaitu::report {

namespace {

constexpr style::Rgba pale{202, 219, 233, 255};

double first_head(const Canvas& canvas, const Head& head) {
  constexpr double height = 84, right = Sheet::left + Sheet::width;
  canvas.box(0, 0, page_width, height, band);
  canvas.text(Sheet::left, 14, 0, head.kind, {.size = 9, .colour = pale});
  double badge_width = 0;
  if (!head.badge.empty()) {
    const TextStyle style{.size = 11, .bold = true, .colour = readable_on(head.badge_colour)};
    badge_width = canvas.text_width(head.badge, style) + 22;
    canvas.box(right - badge_width, 13, badge_width, 22, head.badge_colour, 11);
    canvas.frame(right - badge_width, 13, badge_width, 22, white, 0.8, 11);
    canvas.text(right - badge_width + 11, 24 - canvas.line_height(11) / 2, 0, head.badge, style);
  }
  const double facts_width = 250;
  double y = head.badge.empty() ? 20 : 40;
  for (std::size_t i = 0; i < head.facts.size(); ++i) {
    y += canvas.text(right - facts_width, y, facts_width, head.facts[i],
                     {.size = 9.5,
                      .bold = i + 1 == head.facts.size(),
                      .colour = i + 1 == head.facts.size() ? white : pale,
                      .align = TextStyle::Align::right,
                      .one_line = true});
  }
  const double room = Sheet::width - facts_width - 14;
  TextStyle title{.size = 22, .bold = true, .colour = white, .one_line = true};
  while (title.size > 13 && canvas.text_width(head.title, title) > room) title.size -= 1;
  const double title_width = std::min(room, canvas.text_width(head.title, title));
  const double base = 66;  // where the baselines of both texts stand, nearly
  canvas.text(Sheet::left, base - canvas.line_height(title.size) * 0.79, room, head.title, title);
  const double rest = room - title_width - 14;
  if (!head.second.empty() && rest > 60) {
    canvas.text(Sheet::left + title_width + 14, base - canvas.line_height(12) * 0.79, rest, head.second,
                {.size = 12, .colour = white, .one_line = true});
  }
  y = height + 8;
  if (!head.synthetic_note.empty()) {
    const double line = canvas.line_height(8.5);
    canvas.box(Sheet::left, y, Sheet::width, line + 5, caution_panel, 2);
    canvas.box(Sheet::left, y, 3, line + 5, caution);
    canvas.text(Sheet::left + 10, y + 2.5, Sheet::width - 14, head.synthetic_note,
                {.size = 8.5, .bold = true, .colour = caution, .one_line = true});
    y += line + 11;
  }
  return y;
}

double next_head(const Canvas& canvas, const Head& head, base::Language language) {
  canvas.box(0, 0, page_width, 30, band);
  canvas.text(Sheet::left, 15 - canvas.line_height(9.5) / 2, Sheet::width - 170,
              head.title + "  " + head.second + words(language, "（续）", " (continued)"),
              {.size = 9.5, .bold = true, .colour = white, .one_line = true});
  if (!head.facts.empty())
    canvas.text(Sheet::left + Sheet::width - 160, 15 - canvas.line_height(9) / 2, 160, head.facts.back(),
                {.size = 9, .colour = pale, .align = TextStyle::Align::right});
  return 42;
}

}  // namespace

Sheet::Frame frame_of(const ProjectIndex& index, const Head& head, const std::vector<std::string>& attributions) {
  const base::Language language = index.language();
  const model::Project& project = index.project();
  Sheet::Frame frame;
  frame.first_head = [head](Canvas& canvas) { return first_head(canvas, head); };
  frame.next_head = [head, language](Canvas& canvas) { return next_head(canvas, head, language); };
  frame.foot.push_back(words(language, "截至 ", "As of ") + index.as_of().iso() +
                       words(language, " · 计数规则：", " · counting rule: ") +
                       planning::describe(index.subject().rule, language));
  frame.foot.push_back(
      words(language, "项目库：", "Project: ") + name_of(language, project.name_zh, project.name_en) +
      fmt::format(fmt::runtime(words(language, " · 快照修订 {}", " · snapshot revision {}")), project.revision) +
      (project.crs ? " · " + project.crs->code() : "") + " · Zaitu 载图 " + base::version());
  std::string maps;
  for (const std::string& attribution : attributions) {
    if (attribution.empty() || maps.find(attribution) != std::string::npos) continue;
    maps += (maps.empty() ? "" : " · ") + attribution;
  }
  if (!maps.empty()) frame.foot.push_back(words(language, "底图：", "Base map: ") + maps);
  if (!head.synthetic_note.empty())
    frame.foot_mark = std::string(synthetic_mark) + words(language, " 含示意数据", " synthetic data");
  frame.page_of = [language](int page, int pages) {
    return fmt::format(fmt::runtime(words(language, "第 {} / {} 页", "Page {} / {}")), page, pages);
  };
  return frame;
}

}  // namespace zaitu::report
