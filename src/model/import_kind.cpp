#include "model/import_kind.h"

#include <array>
#include <utility>

namespace zaitu::model {

namespace {

using enum FieldType;

constexpr std::pair<std::string_view, ImportKind> kind_names[] = {
    {"parcels", ImportKind::parcels},       {"projects", ImportKind::projects},
    {"phases", ImportKind::phases},         {"circles", ImportKind::circles},
    {"zones", ImportKind::zones},           {"towns", ImportKind::towns},
    {"events", ImportKind::events},         {"occupancy", ImportKind::occupancy},
    {"indicators", ImportKind::indicators}, {"tasks", ImportKind::tasks},
    {"reports", ImportKind::reports},       {"assessments", ImportKind::assessments},
    {"reference", ImportKind::reference},   {"stages", ImportKind::stages},
    {"pathways", ImportKind::pathways},     {"assumptions", ImportKind::assumptions}};

// Aliases: what bureaus and survey companies really write at the head of a column.
constexpr std::string_view document_words = "文件|依据|来源文件|政策文件|文号|doc|document_code";
constexpr std::string_view synthetic_words = "虚构|示意|合成|is_synthetic";
constexpr std::string_view note_words = "备注|说明|附注|remark|remarks|comment|notes|memo";
constexpr std::string_view name_en_words = "英文名|英文名称|english name|english";

constexpr std::array parcels{
    ImportField{"code", text, false,
                "地块编号|地块编码|地块号|宗地代码|宗地编号|宗地号|地块代码|不动产单元号|编号|dkbh|dkbm|zddm|zdbh|"
                "bdcdyh|parcel|parcel_id|parcel_code|parcel_no|parcelid|pnu|lot|apn|objectcode|id",
                "stable code of the parcel"},
    ImportField{"name", text, false, "地块名称|地块名|名称|宗地名称|dkmc|mc|parcel_name|title", "name"},
    ImportField{"land_use", text, false,
                "用地性质|土地用途|现状用途|现状用地性质|地类名称|地类编码|用地代码|地类|用途|tdyt|ydxz|dlbm|dlmc|"
                "landuse|land_use_current|use|zoning",
                "present land use, class code or name", "land_use_current"},
    ImportField{"land_use_planned", text, false,
                "规划用途|规划用地性质|规划性质|规划用地代码|规划地类|ghyt|ghydxz|planned_use|planned_land_use",
                "planned land use, class code or name"},
    ImportField{"ownership", text, false, "土地权属|权属|权属性质|所有权|权属类型|土地所有权|qsxz|owner_kind",
                "G state, J collective, Z undetermined; 国有, 集体 too"},
    ImportField{"right_holder", text, false,
                "权利人|土地使用权人|使用权人|使用者|产权人|权属单位|土地使用者|qlr|holder|owner|landowner",
                "who holds the right of use"},
    ImportField{"far", number, false, "容积率|规划容积率|rjl|far_planned|plot_ratio|floor_area_ratio",
                "planned floor area ratio"},
    ImportField{"far_cap", number, false, "容积率上限|最大容积率|容积率控制上限|max_far|far_max",
                "highest floor area ratio allowed"},
    ImportField{"area_title", area_m2, false, "证载面积|发证面积|土地证面积|权证面积|登记面积|title_area|fzmj",
                "area in the title, m²"},
    ImportField{"area_contract", area_m2, false, "合同面积|出让面积|出让合同面积|contract_area",
                "area in the land contract, m²"},
    ImportField{"area_surveyed", area_m2, false, "实测面积|宗地面积|测量面积|勘测面积|surveyed_area|scmj|zdmj",
                "surveyed area, m²"},
    ImportField{"area_planned", area_m2, false,
                "规划面积|用地面积|规划用地面积|地块面积|占地面积|ydmj|dkmj|planned_area|site_area|land_area",
                "area in the plan, m²"},
    ImportField{"valid_from", date, false, "生效日期|启用日期|起始日期|有效期起|start_date", "first day in force"},
    ImportField{"valid_to", date, false, "失效日期|停用日期|终止日期|有效期止|end_date",
                "first day no longer in force"},
    ImportField{"identifiers", text, false, "其他编号|标识|其它编号|identifier|other_ids", "scheme=value;scheme=value"},
    ImportField{"parents", text, false, "父地块|来源地块|原地块|母地块|parent|parent_codes",
                "codes of the parcels it came from"},
    ImportField{"lineage_kind", text, false, "变更方式|变更类型|演变方式|lineage", "split, merge or realign"},
    ImportField{"record", text, false, "变更记录|土地记录|land_record|record_code", "land record that created it"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: no source gives this row"},
    ImportField{"note", text, false, note_words, "note"},
};

constexpr std::array projects{
    ImportField{"code", text, false, "项目编号|项目代码|项目编码|编号|project_code|project_id|id",
                "stable code of the project"},
    ImportField{"name", text, true, "项目名称|项目名|名称|载体名称|载体项目|xmmc|project_name|project|title", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"kind", text, false, "项目类别|类别|project_kind|category",
                "carrier, parcel, park, environment, amenity, housing, public_service, programme"},
    ImportField{"type", text, false, "项目类型|类型|建设类型|载体类型|project_type", "type as the paper names it"},
    ImportField{"pathway", text, false, "路径|转型路径|供地路径|开发路径|实施路径|pathway_code",
                "pathway, code or name"},
    ImportField{"owner_type", text, false, "业主类型|主体类型|产权类型|开发主体类型|ownertype",
                "state, collective, private, university, mixed"},
    ImportField{"chain_stage", text, false, "产业链环节|创新链环节|创新阶段|孵化阶段|chain",
                "research, incubation, pilot, industry, service"},
    ImportField{"lead_units", text, false, "牵头单位|牵头部门|牵头|责任主体|lead|lead_unit",
                "lead units, by code or name"},
    ImportField{"responsible_units", text, false,
                "责任单位|配合单位|责任部门|实施单位|实施主体|建设单位|responsible|responsible_unit|units",
                "responsible units, by code or name"},
    ImportField{"programmes", text, false, "所属计划|计划|专项|工程包|批次|programme|program|programs",
                "programmes by code, the first is primary"},
    ImportField{"parcels", text, false, "地块编号|地块|所在地块|宗地|涉及地块|parcel|parcel_code|parcel_codes",
                "its parcels, by code"},
    ImportField{"location", text, false, "位置|地址|项目地点|建设地点|四至|坐落|address|place|location_text",
                "where, in words"},
    ImportField{"document", text, false, document_words, "document it is named in, by code"},
    ImportField{"quote", text, false, "原文|引文|摘录|citation", "the document's words"},
    ImportField{"quote_place", text, false, "原文位置|出处|页码|条款|page", "where in the document"},
    ImportField{"x", number, false, "lon|lng|longitude|经度|东坐标|easting",
                "easting or longitude, for tables (needs --crs)"},
    ImportField{"y", number, false, "lat|latitude|纬度|北坐标|northing",
                "northing or latitude, for tables (needs --crs)"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: no source gives this row"},
    ImportField{"note", text, false, note_words, "note"},
};

constexpr std::array phases{
    ImportField{"code", text, false, "分期编号|分期代码|楼栋编号|楼栋号|编号|phase_code|phase_id|id",
                "stable code of the phase"},
    ImportField{"name", text, false, "分期名称|分期|楼栋|楼栋名称|期次|名称|phase_name|phase", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"project", text, true, "项目编号|项目代码|项目名称|项目|所属项目|project_code|project_name",
                "its project, by code or name"},
    ImportField{"gross", area_m2, false,
                "建筑面积|总建筑面积|建筑总面积|总建面|建面|jzmj|gross_area|gfa|floor_area|gross_m2",
                "gross floor area, m²"},
    ImportField{"plot_ratio", area_m2, false, "计容建筑面积|计容面积|计容建面|计容|plot_ratio_area|plot_ratio_m2",
                "floor area that counts for the ratio, m²"},
    ImportField{"carrier", area_m2, false, "载体面积|科创载体面积|创新载体面积|可用载体面积|carrier_area|carrier_m2",
                "carrier space, m²"},
    ImportField{"leasable", area_m2, false, "可租面积|可租赁面积|可招商面积|出租面积|leasable_area|leasable_m2",
                "leasable area, m²"},
    ImportField{"demolished", area_m2, false, "拆除面积|拆除建筑面积|拆除建面|demolished_area|demolished_m2",
                "existing floor space that goes, m²"},
    ImportField{"parcels", text, false, "地块编号|地块|所在地块|宗地|parcel|parcel_code|parcel_codes",
                "its parcels, by code; none: the project's"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: no source gives this row"},
    ImportField{"note", text, false, note_words, "note"},
};

constexpr std::array circles{
    ImportField{"code", text, false, "圈层代码|圈层编号|编号|circle_code|circle|id", "stable code of the circle"},
    ImportField{"name", text, true, "圈层名称|圈层|名称|circle_name", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"member", text, false, "成员|片区|成员区域|所含区域|区域|member_area|member_name",
                "name of this member area"},
    ImportField{"functions", text, false, "功能|主导功能|功能定位|function", "what the circle is for"},
    ImportField{"colour", text, false, "颜色|color", "#RRGGBB"},
    ImportField{"document", text, false, document_words, "document that defines it"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: the outline is drawn by guess"},
};

constexpr std::array zones{
    ImportField{"code", text, false, "政策区代码|片区编号|编号|zone_code|zone|id", "stable code of the zone"},
    ImportField{"name", text, true, "政策区名称|政策区|片区名称|名称|zone_name", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"kind", text, false, "政策区类型|类型|类别|zone_kind|type", "kind of zone"},
    ImportField{"valid_from", date, false, "生效日期|起始日期|start_date", "first day in force"},
    ImportField{"valid_to", date, false, "失效日期|终止日期|end_date", "first day no longer in force"},
    ImportField{"document", text, false, document_words, "document that defines it"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: the outline is drawn by guess"},
};

constexpr std::array towns{
    ImportField{"code", text, false, "行政区划代码|区划代码|街镇代码|乡镇代码|编号|xzqdm|adcode|town_code|town|id",
                "stable code"},
    ImportField{"name", text, true, "街镇|街镇名称|街道|乡镇|行政区名称|名称|xzqmc|town_name|name_zh", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"kind", text, false, "类型|类别|区划类型|town_kind|type|level", "town, street, district"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: the outline is drawn by guess"},
};

constexpr std::array events{
    ImportField{"phase", text, false, "分期编号|分期代码|分期|楼栋|楼栋编号|phase_code",
                "the phase, by code (or a parcel)"},
    ImportField{"parcel", text, false, "地块编号|宗地代码|地块|宗地|parcel_code", "the parcel, by code (or a phase)"},
    ImportField{"stage", text, true, "阶段|阶段代码|项目阶段|进展阶段|节点|stage_code", "stage, code or name"},
    ImportField{"date", date, true, "日期|时间|发生日期|完成日期|节点日期|dated|event_date|when", "day"},
    ImportField{"kind", text, false, "事件类型|性质|类型|类别|event_kind|type",
                "commitment 承诺, baseline 计划, forecast 预测, actual 实际"},
    ImportField{"document", text, false, document_words, "document that says so, by code"},
    ImportField{"evidence", text, false, "证据|佐证|凭证|依据说明|原文|quote", "what proves it"},
    ImportField{"page", text, false, "页码|页|位置", "where in the document"},
    ImportField{"attachment", text, false, "附件|附件文件|证据文件|佐证文件|attachments|file|evidence_file",
                "files kept as evidence, by paths in the folder of the source"},
    ImportField{"note", text, false, note_words, "note"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: no source gives this row"},
};

constexpr std::array occupancy{
    ImportField{"phase", text, true, "分期编号|分期代码|分期|楼栋|phase_code", "the phase, by code"},
    ImportField{"date", date, true, "日期|统计日期|时间|截止日期|as_of|dated", "day of the count"},
    ImportField{"leasable", area_m2, false, "可租面积|可租赁面积|可招商面积|leasable_area|leasable_m2",
                "leasable area, m²"},
    ImportField{"signed", area_m2, false, "签约面积|已签约面积|已租面积|去化面积|signed_area|signed_m2",
                "signed area, m²"},
    ImportField{"moved_in", area_m2, false, "入驻面积|已入驻面积|moved_in_area|moved_in_m2", "moved-in area, m²"},
    ImportField{"document", text, false, document_words, "document that says so"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: no source gives this row"},
};

constexpr std::array indicators{
    ImportField{"code", text, false, "指标代码|指标编号|编号|indicator_code|id", "stable code of the indicator"},
    ImportField{"number", number, false, "序号|排序|no|seq", "number in the plan"},
    ImportField{"name", text, true, "指标名称|指标|名称|indicator|indicator_name", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"unit", text, false, "单位|计量单位|units", "unit of its values"},
    ImportField{"kind", text, false, "指标属性|属性|类型|指标类型", "binding or expected, as the plan says"},
    ImportField{"scope", text, false, "口径|范围|统计范围", "what area it speaks of"},
    ImportField{"action_group", text, false, "行动|专项行动|行动组|分组|group", "action it belongs to"},
    ImportField{"supply", flag, false, "载体供给|是否供给|is_supply", "1: its targets are the floor-area targets"},
    ImportField{"record", text, false, "记录|值类型|目标或实绩|record_kind", "target or observation"},
    ImportField{"year", text, false, "年份|年度|目标年|日期|截至|as_of|date", "year, or day of an observation"},
    ImportField{"value", number, false, "数值|目标值|值|实绩|target|observed", "value, in the unit"},
    ImportField{"document", text, false, document_words, "document that says so"},
    ImportField{"document_version", text, false, "文件版本|版本|version", "its version"},
    ImportField{"lead_units", text, false, "牵头单位|牵头部门|lead|lead_unit", "lead units"},
    ImportField{"responsible_units", text, false, "责任单位|配合单位|责任部门|responsible|responsible_unit",
                "responsible units"},
    ImportField{"note", text, false, note_words, "note"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: no source gives this row"},
};

constexpr std::string_view quarter_words = "季度|报告季度|跟踪季度|report_quarter";
constexpr std::string_view progress_words = "进展|工作进展|进展情况|推进情况";
constexpr std::string_view problem_words = "问题|存在问题|困难|problems|issue";
constexpr std::string_view next_step_words = "下一步|下一步计划|下步工作|下一步工作|next|next_steps";

constexpr std::array tasks{
    ImportField{"code", text, false, "任务编号|任务代码|编号|task_code|id", "stable code of the task"},
    ImportField{"number", number, false, "序号|排序|no|seq", "number in the plan"},
    ImportField{"action_group", text, false, "行动|专项行动|分组|类别|group", "action it belongs to"},
    ImportField{"title", text, true, "任务名称|任务|重点任务|名称|标题|name", "title"},
    ImportField{"title_en", text, false, "英文标题|name_en|english", "English title"},
    ImportField{"text", text, false, "任务内容|内容|工作内容|正文|content", "text of the task"},
    ImportField{"document", text, false, document_words, "document that says so"},
    ImportField{"units", text, false, "责任单位|推进单位|牵头单位|单位|responsible_units|lead_units",
                "units that push it"},
    ImportField{"quarter", text, false, quarter_words, "quarter of a report, like 2025Q3"},
    ImportField{"progress", text, false, progress_words, "report: what was done in the quarter"},
    ImportField{"problem", text, false, problem_words, "report: what is in the way"},
    ImportField{"next_step", text, false, next_step_words, "report: what comes next"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: the report is invented"},
};

constexpr std::array reports{
    ImportField{
        "subject", text, true,
        "编号|代码|项目/任务|任务/项目|项目任务|事项|任务编号|任务代码|任务|任务名称|项目编号|项目代码|项目|项目名称|"
        "code|task|task_code|project|project_code",
        "the task or project, by code or name"},
    ImportField{"kind", text, false, "类型|类别|对象|subject_kind|type",
                "task 任务 or project 项目, where both have it"},
    ImportField{"quarter", text, true, quarter_words, "quarter of the report, like 2025Q3"},
    ImportField{"progress", text, false, progress_words, "what was done in the quarter"},
    ImportField{"problem", text, false, problem_words, "what is in the way"},
    ImportField{"next_step", text, false, next_step_words, "what comes next"},
    ImportField{"synthetic", flag, false, synthetic_words, "1: the report is invented"},
};

constexpr std::array assessments{
    ImportField{"parcel", text, true, "地块编号|宗地代码|地块|宗地|parcel_code|code", "the parcel, by code"},
    ImportField{"cycle", text, true, "评价周期|评价年度|周期|年度|年份|year", "assessment cycle"},
    ImportField{"class", text, true, "评价等级|等级|类别|分类|grade", "A, B, C or D"},
    ImportField{"date", date, false, "评价日期|日期|assessed_on", "day"},
    ImportField{"document", text, false, document_words, "document that says so"},
    ImportField{"note", text, false, note_words, "note"},
};

constexpr std::array reference{
    ImportField{"name", text, false, "名称|名字|name_zh|name:zh|label|title|layer", "name of the feature"},
    ImportField{"kind", text, false, "类型|类别|type|class|highway|building|railway|fclass", "kind of the feature"},
};

constexpr std::string_view source_words = "来源|依据|出处|数据来源|origin";
constexpr std::string_view owner_words = "责任人|负责人|提出人|提出单位|owned_by|responsible";

constexpr std::array stages{
    ImportField{"code", text, false, "阶段代码|阶段编号|代码|编号|stage_code|stage", "code of the stage"},
    ImportField{"seq", number, false, "次序|序号|排序|顺序|order|no", "its place in the order of all stages"},
    ImportField{"name", text, false, "name_zh|阶段名称|阶段|名称|中文名", "name"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"colour", text, false, "颜色|color", "#RRGGBB"},
    ImportField{"certainty", text, false, "certainty_class|确定性|确定性等级", "certainty class, by code"},
    ImportField{"source", text, false, source_words, "where it comes from, or \"assumption\""},
};

constexpr std::array pathways{
    ImportField{"code", text, true, "路径代码|路径编号|代码|pathway_code|pathway", "code of the pathway"},
    ImportField{"name", text, false, "name_zh|路径名称|路径|名称|中文名", "name of the pathway"},
    ImportField{"name_en", text, false, name_en_words, "English name"},
    ImportField{"seq", number, false, "次序|序号|排序|顺序|order|no", "place of the stage on the pathway"},
    ImportField{"stage", text, true, "阶段|阶段代码|stage_code", "stage, code or name"},
    ImportField{"min_months", number, false, "最短月数|最短工期|最短|min", "shortest time to the next stage, months"},
    ImportField{"typical_months", number, false, "典型月数|典型工期|典型|typical|mode",
                "most likely time to the next stage, months"},
    ImportField{"max_months", number, false, "最长月数|最长工期|最长|max", "longest time to the next stage, months"},
    ImportField{"conversion_probability", number, false, "转化概率|转化率|概率|probability",
                "chance that a phase now at this stage is ever completed, 0 to 1"},
    ImportField{"source", text, false, source_words, "where the numbers come from, or \"assumption\""},
    ImportField{"owner", text, false, owner_words, "whose assumptions they are"},
};

constexpr std::array assumptions{
    ImportField{"code", text, true, "假设代码|假设编号|代码|编号|id",
                "code of the assumption; of a pathway's number: pathway.stage.column"},
    ImportField{"subject", text, false, "事项|内容|假设内容|名称|about", "what it is about"},
    ImportField{"value", text, false, "数值|取值|值", "value"},
    ImportField{"unit", text, false, "单位|计量单位|units", "unit of the value"},
    ImportField{"source", text, false, source_words, "where it comes from, or \"assumption\""},
    ImportField{"owner", text, false, owner_words, "whose assumption it is"},
    ImportField{"note", text, false, note_words, "note"},
};

}  // namespace

std::optional<ImportKind> parse_import_kind(std::string_view word) {
  for (const auto& [name, kind] : kind_names) {
    if (name == word) return kind;
  }
  return std::nullopt;
}

std::string_view name_of(ImportKind kind) {
  for (const auto& [name, candidate] : kind_names) {
    if (candidate == kind) return name;
  }
  return {};
}

std::span<const ImportField> import_fields(ImportKind kind) {
  switch (kind) {
    case ImportKind::parcels:
      return parcels;
    case ImportKind::projects:
      return projects;
    case ImportKind::phases:
      return phases;
    case ImportKind::circles:
      return circles;
    case ImportKind::zones:
      return zones;
    case ImportKind::towns:
      return towns;
    case ImportKind::events:
      return events;
    case ImportKind::occupancy:
      return occupancy;
    case ImportKind::indicators:
      return indicators;
    case ImportKind::tasks:
      return tasks;
    case ImportKind::reports:
      return reports;
    case ImportKind::assessments:
      return assessments;
    case ImportKind::reference:
      return reference;
    case ImportKind::stages:
      return stages;
    case ImportKind::pathways:
      return pathways;
    case ImportKind::assumptions:
      return assumptions;
  }
  return {};
}

}  // namespace zaitu::model
