// The pages of the quarterly package, block by block down a sheet. Every block says its rule, its date and how many
// rows are behind it. One thread.
#pragma once

#include <string>

#include "report/quarter_package.h"
#include "report/sheet.h"
#include "report/supply_blocks.h"

namespace zaitu::report {

// The heading of a block: title, and basis with the number of rows.
void quarter_heading(Sheet& sheet, const QuarterContent& content, const std::string& title, std::size_t rows,
                     const std::string& more = "", double keep_with = 40);
// Told under a table that shows the first rows only.
void rows_left_out(Sheet& sheet, std::size_t all, std::size_t shown, base::Language language);

// Headline, what the quarter brought, map. Fills the first page.
void quarter_front_page(Sheet& sheet, const QuarterContent& content, const ProjectIndex& index,
                        const SummaryScenes& scenes);
void quarter_supply_blocks(Sheet& sheet, const QuarterContent& content);
void quarter_conversion_blocks(Sheet& sheet, const QuarterContent& content);
void quarter_absorption_blocks(Sheet& sheet, const QuarterContent& content);
void quarter_outlook_blocks(Sheet& sheet, const QuarterContent& content);  // gap ladder, latest starts
void quarter_indicator_block(Sheet& sheet, const QuarterContent& content);
void quarter_task_blocks(Sheet& sheet, const QuarterContent& content);
void quarter_overdue_block(Sheet& sheet, const QuarterContent& content);
void quarter_gap_blocks(Sheet& sheet, const QuarterContent& content);  // what is missing, what is synthetic

}  // namespace zaitu::report
