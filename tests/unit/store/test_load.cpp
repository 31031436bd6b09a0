// The snapshot: every table in, and only what changed read again.
#include "unit/store/many_parcels.h"
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

class Load : public StoreTest {
 protected:
  static Value text(const char* words) { return std::string(words); }
  static Value whole(std::int64_t number) { return number; }

  // Each column of each table that the model has, with a value of its own.
  static void fill(ProjectFile& project) {
    Transaction t = project.begin("fill");
    t.insert("certainty_classes", {{"code", text("K1")},
                                   {"seq", whole(1)},
                                   {"label_zh", text("竣工")},
                                   {"label_en", text("completed")},
                                   {"colour", text("#000001")},
                                   {"pattern", text("hatch")},
                                   {"stacked", whole(0)}});
    t.insert("certainty_classes", {{"code", text("K0")},
                                   {"seq", whole(0)},
                                   {"label_zh", text("投用")},
                                   {"label_en", text("in use")},
                                   {"colour", text("#000002")}});
    t.insert("stages", {{"code", text("S1")},
                        {"seq", whole(1)},
                        {"name_zh", text("规划")},
                        {"name_en", text("planning")},
                        {"colour", text("#000003")},
                        {"certainty_class", text("K1")},
                        {"source", text("paper")}});
    t.insert("stages", {{"code", text("S0")},
                        {"seq", whole(0)},
                        {"name_zh", text("研究")},
                        {"name_en", text("study")},
                        {"colour", text("#000004")},
                        {"certainty_class", text("K0")}});
    t.insert("pathways", {{"code", text("tod")}, {"name_zh", text("上盖")}, {"name_en", text("TOD")}});
    t.insert("pathway_stages", {{"pathway_code", text("tod")}, {"seq", whole(2)}, {"stage_code", text("S1")}});
    t.insert("pathway_stages", {{"pathway_code", text("tod")},
                                {"seq", whole(1)},
                                {"stage_code", text("S0")},
                                {"min_months", 1.5},
                                {"typical_months", 2.5},
                                {"max_months", 3.5},
                                {"conversion_probability", 0.9},
                                {"source", text("guess")}});
    t.insert("land_use_classes", {{"code", text("M4")},
                                  {"name_zh", text("研发")},
                                  {"name_en", text("research")},
                                  {"colour", text("#000005")},
                                  {"level", whole(2)},
                                  {"parent_code", text("M")},
                                  {"colour_status", text("sure")}});
    t.insert("documents", {{"id", whole(11)},
                           {"code", text("d1")},
                           {"title_zh", text("方案")},
                           {"title_en", text("Plan")},
                           {"number", text("No. 1")},
                           {"status", text("in force")},
                           {"version", text("v2")},
                           {"issued_on", text("2022-10-01")},
                           {"note", text("n")}});
    t.insert("documents", {{"id", whole(12)}, {"code", text("d2")}, {"title_zh", text("无日期")}});
    t.insert("units", {{"id", whole(21)},
                       {"code", text("u1")},
                       {"name_zh", text("委")},
                       {"name_en", text("Commission")},
                       {"kind", text("bureau")}});
    t.insert("programmes", {{"id", whole(31)},
                            {"code", text("g1")},
                            {"name_zh", text("计划")},
                            {"name_en", text("Programme")},
                            {"document_id", whole(11)}});
    t.insert("land_records", {{"id", whole(41)},
                              {"code", text("r1")},
                              {"kind", text("grant")},
                              {"title", text("合同")},
                              {"dated", text("2021-05-06")},
                              {"document_id", whole(11)}});
    t.insert("parcels", {{"id", whole(51)},
                         {"code", text("P1")},
                         {"name", text("地块")},
                         {"land_use_current", text("M1")},
                         {"land_use_planned", text("M4")},
                         {"ownership", text("G")},
                         {"right_holder", text("公司")},
                         {"far_planned", 2.5},
                         {"far_cap", 3.0},
                         {"area_title_m2", 1.25},
                         {"area_contract_m2", 2.25},
                         {"area_surveyed_m2", 3.25},
                         {"area_planned_m2", 4.25},
                         {"area_planar_m2", 5.25},
                         {"area_ellipsoidal_m2", 6.25},
                         {"valid_from", text("2020-01-01")},
                         {"valid_to", text("2024-02-29")},
                         {"created_by_record_id", whole(41)},
                         {"retired_by_record_id", whole(41)},
                         {"synthetic", whole(1)},
                         {"note", text("注")},
                         {"geom", square(351000, 3432000, 10)}});
    t.insert("parcels", {{"id", whole(52)}, {"code", text("P2")}});
    t.insert(
        "parcel_identifiers",
        {{"parcel_id", whole(51)}, {"scheme", text("宗地代码")}, {"value", text("３１０")}, {"normal", text("310")}});
    t.insert("parcel_lineage", {{"parent_id", whole(51)},
                                {"child_id", whole(52)},
                                {"kind", text("split")},
                                {"record_id", whole(41)},
                                {"area_m2", 7.5}});
    t.insert("projects", {{"id", whole(61)},
                          {"code", text("C1")},
                          {"name_zh", text("大厦")},
                          {"name_en", text("Tower")},
                          {"kind", text("park")},
                          {"type", text("众创")},
                          {"pathway_code", text("tod")},
                          {"owner_type", text("state")},
                          {"chain_stage", text("pilot")},
                          {"location_text", text("路口")},
                          {"document_id", whole(11)},
                          {"quote", text("引文")},
                          {"quote_place", text("p. 3")},
                          {"synthetic", whole(1)},
                          {"note", text("注2")},
                          {"geom", point(351005.5, 3432005.5)}});
    t.insert("projects", {{"id", whole(62)}, {"code", text("C2")}, {"name_zh", text("无位置")}});
    t.insert("project_units", {{"project_id", whole(61)}, {"unit_id", whole(21)}, {"role", text("responsible")}});
    t.insert("project_parcels", {{"project_id", whole(61)}, {"parcel_id", whole(51)}});
    t.insert("project_programmes", {{"project_id", whole(61)}, {"programme_id", whole(31)}, {"is_primary", whole(1)}});
    t.insert("phases", {{"id", whole(71)},
                        {"code", text("C1-1")},
                        {"name_zh", text("一期")},
                        {"name_en", text("Phase 1")},
                        {"project_id", whole(61)},
                        {"gross_m2", 10.5},
                        {"plot_ratio_m2", 11.5},
                        {"carrier_m2", 12.5},
                        {"leasable_m2", 13.5},
                        {"demolished_m2", 14.5},
                        {"synthetic", whole(1)},
                        {"note", text("注3")}});
    t.insert("phases", {{"id", whole(72)}, {"code", text("C1-2")}, {"project_id", whole(61)}});
    t.insert("phase_parcels", {{"phase_id", whole(71)}, {"parcel_id", whole(52)}});
    t.insert("stage_events", {{"id", whole(81)},
                              {"phase_id", whole(71)},
                              {"stage_code", text("S1")},
                              {"kind", text("forecast")},
                              {"dated", text("2025-06-30")},
                              {"document_id", whole(11)},
                              {"evidence", text("照片")},
                              {"page", text("9")},
                              {"note", text("注4")},
                              {"synthetic", whole(1)}});
    t.insert("stage_events", {{"id", whole(82)},
                              {"parcel_id", whole(51)},
                              {"stage_code", text("S0")},
                              {"kind", text("actual")},
                              {"dated", text("2023-06-30")}});
    t.insert("stage_events", {{"id", whole(83)},
                              {"phase_id", whole(72)},
                              {"stage_code", text("S0")},
                              {"kind", text("commitment")},
                              {"dated", text("2023-06-30")}});
    t.insert("stage_events", {{"id", whole(80)},
                              {"phase_id", whole(72)},
                              {"stage_code", text("S0")},
                              {"kind", text("baseline")},
                              {"dated", text("2024-06-30")}});
    t.insert("occupancies", {{"id", whole(91)},
                             {"phase_id", whole(71)},
                             {"as_of", text("2024-12-31")},
                             {"leasable_m2", 20.5},
                             {"signed_m2", 21.5},
                             {"moved_in_m2", 22.5},
                             {"document_id", whole(11)},
                             {"synthetic", whole(1)}});
    t.insert("circles", {{"id", whole(101)},
                         {"code", text("core")},
                         {"name_zh", text("核心")},
                         {"name_en", text("Core")},
                         {"functions", text("研发")},
                         {"colour", text("#000006")},
                         {"document_id", whole(11)}});
    t.insert("circle_members", {{"id", whole(102)},
                                {"circle_id", whole(101)},
                                {"name", text("成员")},
                                {"synthetic", whole(1)},
                                {"geom", square(1, 2, 3)}});
    t.insert("zones", {{"id", whole(103)},
                       {"code", text("z")},
                       {"name_zh", text("政策区")},
                       {"name_en", text("Zone")},
                       {"kind", text("张江")},
                       {"valid_from", text("2020-02-02")},
                       {"valid_to", text("2030-03-03")},
                       {"document_id", whole(11)},
                       {"synthetic", whole(1)},
                       {"geom", square(4, 5, 6)}});
    t.insert("towns", {{"id", whole(104)},
                       {"code", text("t")},
                       {"name_zh", text("镇")},
                       {"name_en", text("Town")},
                       {"kind", text("街镇")},
                       {"synthetic", whole(1)},
                       {"geom", square(7, 8, 9)}});
    t.insert("reference_layers", {{"id", whole(112)},
                                  {"code", text("metro")},
                                  {"name_zh", text("地铁")},
                                  {"name_en", text("Metro")},
                                  {"role", text("metro")},
                                  {"geometry_kind", text("line")},
                                  {"attribution", text("© OpenStreetMap contributors")},
                                  {"licence", text("ODbL")},
                                  {"source", text("osm")},
                                  {"synthetic", whole(1)},
                                  {"draw_order", whole(5)}});
    t.insert("reference_layers", {{"id", whole(111)},
                                  {"code", text("buildings")},
                                  {"name_zh", text("建筑")},
                                  {"geometry_kind", text("polygon")},
                                  {"draw_order", whole(9)}});
    t.insert("reference_layers", {{"id", whole(113)},
                                  {"code", text("stations")},
                                  {"name_zh", text("站")},
                                  {"geometry_kind", text("point")},
                                  {"draw_order", whole(1)}});
    t.insert("reference_lines",
             {{"layer_id", whole(112)}, {"name", text("5号线")}, {"kind", text("subway")}, {"geom", line(1, 2, 30)}});
    t.insert("reference_points",
             {{"layer_id", whole(113)}, {"name", text("剑川路")}, {"kind", text("station")}, {"geom", point(3, 4)}});
    t.insert("reference_polygons",
             {{"layer_id", whole(111)}, {"name", text("楼")}, {"kind", text("house")}, {"geom", square(5, 6, 7)}});
    t.insert("reference_polygons", {{"layer_id", whole(111)}, {"geom", square(50, 6, 7)}});
    t.insert("indicators", {{"id", whole(121)},
                            {"code", text("i1")},
                            {"number", whole(3)},
                            {"name_zh", text("载体面积")},
                            {"name_en", text("Carrier area")},
                            {"unit", text("万㎡")},
                            {"kind", text("stock")},
                            {"scope", text("全域")},
                            {"action_group", text("A")},
                            {"is_supply", whole(1)}});
    t.insert("indicator_units", {{"indicator_id", whole(121)}, {"unit_id", whole(21)}, {"role", text("lead")}});
    t.insert("indicator_targets", {{"indicator_id", whole(121)},
                                   {"year", whole(2025)},
                                   {"value", 200.0},
                                   {"document_id", whole(11)},
                                   {"document_version", text("v2")}});
    t.insert("indicator_observations", {{"indicator_id", whole(121)},
                                        {"as_of", text("2023")},
                                        {"value", 118.4},
                                        {"unit", text("万㎡")},
                                        {"scope", text("核心")},
                                        {"document_id", whole(11)},
                                        {"note", text("注5")},
                                        {"synthetic", whole(1)}});
    t.insert("tasks", {{"id", whole(131)},
                       {"code", text("k1")},
                       {"number", whole(7)},
                       {"action_group", text("B")},
                       {"title_zh", text("任务")},
                       {"title_en", text("Task")},
                       {"text", text("全文")},
                       {"document_id", whole(11)}});
    t.insert("task_units", {{"task_id", whole(131)}, {"unit_id", whole(21)}, {"role", text("push")}});
    ASSERT_GT(t.commit(), 0);
  }
};

TEST_F(Load, EveryTableComesBack) {
  ProjectFile project = create();
  fill(project);
  const model::Project p = load(project);
  EXPECT_EQ(p.file, file.string());
  EXPECT_FALSE(p.read_only);
  EXPECT_GT(p.revision, 0);
  const model::DocumentId document{11};
  const auto day = [](const char* iso) { return *base::Date::parse(iso); };

  ASSERT_EQ(p.stages->size(), 2u);
  const model::Stage& stage = (*p.stages)[1];  // by seq, not by id
  EXPECT_EQ(stage.code, "S1");
  EXPECT_EQ(stage.seq, 1);
  EXPECT_EQ(stage.name_zh, "规划");
  EXPECT_EQ(stage.name_en, "planning");
  EXPECT_EQ(stage.colour, "#000003");
  EXPECT_EQ(stage.certainty_class, "K1");
  EXPECT_EQ(stage.source, "paper");
  ASSERT_EQ(p.certainty_classes->size(), 2u);
  const model::CertaintyClass& certainty = (*p.certainty_classes)[1];
  EXPECT_EQ(certainty.code, "K1");
  EXPECT_EQ(certainty.label_zh, "竣工");
  EXPECT_EQ(certainty.label_en, "completed");
  EXPECT_EQ(certainty.colour, "#000001");
  EXPECT_EQ(certainty.pattern, "hatch");
  EXPECT_FALSE(certainty.stacked);
  EXPECT_TRUE((*p.certainty_classes)[0].stacked);
  ASSERT_EQ(p.pathways->size(), 1u);
  const model::Pathway& pathway = (*p.pathways)[0];
  EXPECT_EQ(pathway.name_zh, "上盖");
  EXPECT_EQ(pathway.name_en, "TOD");
  ASSERT_EQ(pathway.stages.size(), 2u);
  EXPECT_EQ(pathway.stages[0].stage_code, "S0");
  EXPECT_EQ(pathway.stages[0].min_months, 1.5);
  EXPECT_EQ(pathway.stages[0].typical_months, 2.5);
  EXPECT_EQ(pathway.stages[0].max_months, 3.5);
  EXPECT_EQ(pathway.stages[0].conversion_probability, 0.9);
  EXPECT_EQ(pathway.stages[0].source, "guess");
  EXPECT_TRUE(std::isnan(pathway.stages[1].typical_months)) << "NULL is not known, not 0";
  const model::LandUseClass& land_use = p.land_use_classes->at(0);
  EXPECT_EQ(land_use.code, "M4");
  EXPECT_EQ(land_use.name_zh, "研发");
  EXPECT_EQ(land_use.name_en, "research");
  EXPECT_EQ(land_use.colour, "#000005");
  EXPECT_EQ(land_use.level, 2);
  EXPECT_EQ(land_use.parent_code, "M");
  EXPECT_EQ(land_use.colour_status, "sure");
  const model::Document& paper = p.documents->at(0);
  EXPECT_EQ(paper.id, document);
  EXPECT_EQ(paper.code, "d1");
  EXPECT_EQ(paper.title_zh, "方案");
  EXPECT_EQ(paper.title_en, "Plan");
  EXPECT_EQ(paper.number, "No. 1");
  EXPECT_EQ(paper.status, "in force");
  EXPECT_EQ(paper.version, "v2");
  EXPECT_EQ(paper.issued_on, day("2022-10-01"));
  EXPECT_EQ(paper.note, "n");
  EXPECT_FALSE(p.documents->at(1).issued_on);
  const model::Unit& unit = p.units->at(0);
  EXPECT_EQ(unit.id.value, 21);
  EXPECT_EQ(unit.code, "u1");
  EXPECT_EQ(unit.name_zh, "委");
  EXPECT_EQ(unit.name_en, "Commission");
  EXPECT_EQ(unit.kind, "bureau");
  const model::Programme& programme = p.programmes->at(0);
  EXPECT_EQ(programme.id.value, 31);
  EXPECT_EQ(programme.code, "g1");
  EXPECT_EQ(programme.name_zh, "计划");
  EXPECT_EQ(programme.name_en, "Programme");
  EXPECT_EQ(programme.document, document);

  const model::ParcelTable& parcels = *p.parcels;
  ASSERT_EQ(parcels.size(), 2u);
  EXPECT_EQ(parcels.id[0].value, 51);
  EXPECT_EQ(parcels.code[0], "P1");
  EXPECT_EQ(parcels.name[0], "地块");
  EXPECT_EQ(parcels.land_use_current[0], "M1");
  EXPECT_EQ(parcels.land_use_planned[0], "M4");
  EXPECT_EQ(parcels.ownership[0], "G");
  EXPECT_EQ(parcels.right_holder[0], "公司");
  EXPECT_EQ(parcels.far_planned[0], 2.5);
  EXPECT_EQ(parcels.far_cap[0], 3.0);
  EXPECT_EQ(parcels.area(0, model::AreaKind::title), 1.25);
  EXPECT_EQ(parcels.area(0, model::AreaKind::contract), 2.25);
  EXPECT_EQ(parcels.area(0, model::AreaKind::surveyed), 3.25);
  EXPECT_EQ(parcels.area(0, model::AreaKind::planned), 4.25);
  EXPECT_EQ(parcels.area(0, model::AreaKind::planar), 5.25);
  EXPECT_EQ(parcels.area(0, model::AreaKind::ellipsoidal), 6.25);
  EXPECT_EQ(parcels.valid_from[0], day("2020-01-01"));
  EXPECT_EQ(parcels.valid_to[0], day("2024-02-29"));
  EXPECT_EQ(parcels.created_by[0].value, 41);
  EXPECT_EQ(parcels.retired_by[0].value, 41);
  EXPECT_EQ(parcels.synthetic[0], 1);
  EXPECT_EQ(parcels.note[0], "注");
  EXPECT_EQ(parcels.geometry[0].envelope(), (geom::Envelope{351000, 3432000, 351010, 3432010}));
  EXPECT_EQ(parcels.row_of({52}), 1u);
  EXPECT_TRUE(parcels.geometry[1].empty());
  EXPECT_TRUE(std::isnan(parcels.area(1, model::AreaKind::title)));
  EXPECT_FALSE(parcels.valid_from[1]);
  EXPECT_FALSE(parcels.created_by[1]);
  EXPECT_EQ(parcels.synthetic[1], 0);
  const model::ParcelIdentifier& identifier = p.parcel_identifiers->at(0);
  EXPECT_EQ(identifier.parcel.value, 51);
  EXPECT_EQ(identifier.scheme, "宗地代码");
  EXPECT_EQ(identifier.value, "３１０");
  EXPECT_EQ(identifier.normal, "310");
  const model::ParcelLineage& lineage = p.parcel_lineage->at(0);
  EXPECT_EQ(lineage.parent.value, 51);
  EXPECT_EQ(lineage.child.value, 52);
  EXPECT_EQ(lineage.kind, "split");
  EXPECT_EQ(lineage.record.value, 41);
  EXPECT_EQ(lineage.area_m2, 7.5);
  const model::LandRecord& record = p.land_records->at(0);
  EXPECT_EQ(record.id.value, 41);
  EXPECT_EQ(record.code, "r1");
  EXPECT_EQ(record.kind, "grant");
  EXPECT_EQ(record.title, "合同");
  EXPECT_EQ(record.dated, day("2021-05-06"));
  EXPECT_EQ(record.document, document);

  const model::CarrierProject& carrier = p.projects->at(0);
  EXPECT_EQ(carrier.id.value, 61);
  EXPECT_EQ(carrier.code, "C1");
  EXPECT_EQ(carrier.name_zh, "大厦");
  EXPECT_EQ(carrier.name_en, "Tower");
  EXPECT_EQ(carrier.kind, "park");
  EXPECT_EQ(carrier.type, "众创");
  EXPECT_EQ(carrier.pathway_code, "tod");
  EXPECT_EQ(carrier.owner_type, "state");
  EXPECT_EQ(carrier.chain_stage, "pilot");
  EXPECT_EQ(carrier.location_text, "路口");
  EXPECT_EQ(carrier.document, document);
  EXPECT_EQ(carrier.quote, "引文");
  EXPECT_EQ(carrier.quote_place, "p. 3");
  EXPECT_TRUE(carrier.synthetic);
  EXPECT_EQ(carrier.note, "注2");
  EXPECT_EQ(carrier.location, (geom::Coord{351005.5, 3432005.5}));
  EXPECT_FALSE(p.projects->at(1).location);
  EXPECT_FALSE(p.projects->at(1).synthetic);
  EXPECT_EQ(p.project_units->at(0).project.value, 61);
  EXPECT_EQ(p.project_units->at(0).unit.value, 21);
  EXPECT_EQ(p.project_units->at(0).role, model::UnitRole::responsible);
  EXPECT_EQ(p.project_parcels->at(0).project.value, 61);
  EXPECT_EQ(p.project_parcels->at(0).parcel.value, 51);
  EXPECT_EQ(p.project_programmes->at(0).programme.value, 31);
  EXPECT_TRUE(p.project_programmes->at(0).primary);
  const model::Phase& phase = p.phases->at(0);
  EXPECT_EQ(phase.id.value, 71);
  EXPECT_EQ(phase.code, "C1-1");
  EXPECT_EQ(phase.name_zh, "一期");
  EXPECT_EQ(phase.name_en, "Phase 1");
  EXPECT_EQ(phase.project.value, 61);
  EXPECT_EQ(phase.gross_m2, 10.5);
  EXPECT_EQ(phase.plot_ratio_m2, 11.5);
  EXPECT_EQ(phase.carrier_m2, 12.5);
  EXPECT_EQ(phase.leasable_m2, 13.5);
  EXPECT_EQ(phase.demolished_m2, 14.5);
  EXPECT_TRUE(phase.synthetic);
  EXPECT_EQ(phase.note, "注3");
  EXPECT_TRUE(std::isnan(p.phases->at(1).carrier_m2));
  EXPECT_EQ(p.phase_parcels->at(0).phase.value, 71);
  EXPECT_EQ(p.phase_parcels->at(0).parcel.value, 52);
  ASSERT_EQ(p.stage_events->size(), 4u);
  const std::int64_t order[] = {82, 83, 80, 81};  // by date, then id
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ((*p.stage_events)[i].id.value, order[i]);
  const model::StageEvent& event = (*p.stage_events)[3];
  EXPECT_EQ(event.phase.value, 71);
  EXPECT_FALSE(event.parcel);
  EXPECT_EQ(event.stage_code, "S1");
  EXPECT_EQ(event.kind, model::EventKind::forecast);
  EXPECT_EQ(event.dated, day("2025-06-30"));
  EXPECT_EQ(event.document, document);
  EXPECT_EQ(event.evidence, "照片");
  EXPECT_EQ(event.page, "9");
  EXPECT_EQ(event.note, "注4");
  EXPECT_TRUE(event.synthetic);
  EXPECT_EQ((*p.stage_events)[0].parcel.value, 51);
  EXPECT_EQ((*p.stage_events)[0].kind, model::EventKind::actual);
  EXPECT_EQ((*p.stage_events)[1].kind, model::EventKind::commitment);
  EXPECT_EQ((*p.stage_events)[2].kind, model::EventKind::baseline);
  const model::Occupancy& occupancy = p.occupancies->at(0);
  EXPECT_EQ(occupancy.id, 91);
  EXPECT_EQ(occupancy.phase.value, 71);
  EXPECT_EQ(occupancy.as_of, day("2024-12-31"));
  EXPECT_EQ(occupancy.leasable_m2, 20.5);
  EXPECT_EQ(occupancy.signed_m2, 21.5);
  EXPECT_EQ(occupancy.moved_in_m2, 22.5);
  EXPECT_EQ(occupancy.document, document);
  EXPECT_TRUE(occupancy.synthetic);

  const model::Circle& circle = p.circles->at(0);
  EXPECT_EQ(circle.id.value, 101);
  EXPECT_EQ(circle.code, "core");
  EXPECT_EQ(circle.name_zh, "核心");
  EXPECT_EQ(circle.name_en, "Core");
  EXPECT_EQ(circle.functions, "研发");
  EXPECT_EQ(circle.colour, "#000006");
  EXPECT_EQ(circle.document, document);
  const model::CircleMember& member = p.circle_members->rows.at(0);
  EXPECT_EQ(member.id, 102);
  EXPECT_EQ(member.circle.value, 101);
  EXPECT_EQ(member.name, "成员");
  EXPECT_TRUE(member.synthetic);
  EXPECT_EQ(p.circle_members->geometry[0].envelope(), (geom::Envelope{1, 2, 4, 5}));
  const model::Zone& zone = p.zones->rows.at(0);
  EXPECT_EQ(zone.id.value, 103);
  EXPECT_EQ(zone.code, "z");
  EXPECT_EQ(zone.name_zh, "政策区");
  EXPECT_EQ(zone.name_en, "Zone");
  EXPECT_EQ(zone.kind, "张江");
  EXPECT_EQ(zone.valid_from, day("2020-02-02"));
  EXPECT_EQ(zone.valid_to, day("2030-03-03"));
  EXPECT_EQ(zone.document, document);
  EXPECT_TRUE(zone.synthetic);
  EXPECT_EQ(p.zones->geometry[0].envelope(), (geom::Envelope{4, 5, 10, 11}));
  const model::Town& town = p.towns->rows.at(0);
  EXPECT_EQ(town.id.value, 104);
  EXPECT_EQ(town.code, "t");
  EXPECT_EQ(town.name_zh, "镇");
  EXPECT_EQ(town.name_en, "Town");
  EXPECT_EQ(town.kind, "街镇");
  EXPECT_TRUE(town.synthetic);
  EXPECT_EQ(p.towns->geometry[0].envelope(), (geom::Envelope{7, 8, 16, 17}));

  ASSERT_EQ(p.reference_layers->size(), 3u);
  EXPECT_EQ((*p.reference_layers)[0].code, "stations");  // by draw order
  EXPECT_EQ((*p.reference_layers)[0].geometry[0].vertices()[0], (geom::Coord{3, 4}));
  EXPECT_EQ((*p.reference_layers)[2].code, "buildings");
  EXPECT_EQ((*p.reference_layers)[2].geometry.size(), 2u);
  EXPECT_EQ((*p.reference_layers)[2].geometry_kind, geom::GeometryKind::polygon);
  const model::ReferenceLayer& metro = (*p.reference_layers)[1];
  EXPECT_EQ(metro.id.value, 112);
  EXPECT_EQ(metro.name_zh, "地铁");
  EXPECT_EQ(metro.name_en, "Metro");
  EXPECT_EQ(metro.role, "metro");
  EXPECT_EQ(metro.attribution, "© OpenStreetMap contributors");
  EXPECT_EQ(metro.licence, "ODbL");
  EXPECT_EQ(metro.source, "osm");
  EXPECT_TRUE(metro.synthetic);
  EXPECT_EQ(metro.draw_order, 5);
  EXPECT_EQ(metro.geometry_kind, geom::GeometryKind::line);
  EXPECT_EQ(metro.geometry.kind(), geom::GeometryKind::line);
  EXPECT_EQ(metro.name[0], "5号线");
  EXPECT_EQ(metro.kind[0], "subway");
  EXPECT_EQ(metro.geometry[0].envelope(), (geom::Envelope{1, 2, 31, 3}));

  const model::Indicator& indicator = p.indicators->at(0);
  EXPECT_EQ(indicator.id.value, 121);
  EXPECT_EQ(indicator.code, "i1");
  EXPECT_EQ(indicator.number, 3);
  EXPECT_EQ(indicator.name_zh, "载体面积");
  EXPECT_EQ(indicator.name_en, "Carrier area");
  EXPECT_EQ(indicator.unit, "万㎡");
  EXPECT_EQ(indicator.kind, "stock");
  EXPECT_EQ(indicator.scope, "全域");
  EXPECT_EQ(indicator.action_group, "A");
  EXPECT_TRUE(indicator.is_supply);
  const model::IndicatorTarget& target = p.indicator_targets->at(0);
  EXPECT_EQ(target.indicator.value, 121);
  EXPECT_EQ(target.year, 2025);
  EXPECT_EQ(target.value, 200.0);
  EXPECT_EQ(target.document, document);
  EXPECT_EQ(target.document_version, "v2");
  const model::IndicatorObservation& observation = p.indicator_observations->at(0);
  EXPECT_EQ(observation.indicator.value, 121);
  EXPECT_EQ(observation.as_of, "2023");
  EXPECT_EQ(observation.value, 118.4);
  EXPECT_EQ(observation.unit, "万㎡");
  EXPECT_EQ(observation.scope, "核心");
  EXPECT_EQ(observation.note, "注5");
  EXPECT_EQ(observation.document, document);
  EXPECT_TRUE(observation.synthetic);
  EXPECT_EQ(p.indicator_units->at(0).indicator.value, 121);
  EXPECT_EQ(p.indicator_units->at(0).unit.value, 21);
  EXPECT_EQ(p.indicator_units->at(0).role, model::UnitRole::lead);
  const model::Task& task = p.tasks->at(0);
  EXPECT_EQ(task.id.value, 131);
  EXPECT_EQ(task.code, "k1");
  EXPECT_EQ(task.number, 7);
  EXPECT_EQ(task.action_group, "B");
  EXPECT_EQ(task.title_zh, "任务");
  EXPECT_EQ(task.title_en, "Task");
  EXPECT_EQ(task.text, "全文");
  EXPECT_EQ(task.document, document);
  EXPECT_EQ(p.task_units->at(0).task.value, 131);
  EXPECT_EQ(p.task_units->at(0).unit.value, 21);
  EXPECT_EQ(p.task_units->at(0).role, model::UnitRole::push);
}

TEST_F(Load, UnchangedTablesAreShared) {
  ProjectFile project = create();
  fill(project);
  const model::Project first = load(project);
  const model::Project again = load(project, &first);
  EXPECT_EQ(again.parcels, first.parcels);
  EXPECT_EQ(again.pathways, first.pathways);
  EXPECT_EQ(again.reference_layers, first.reference_layers);
  EXPECT_EQ(again.zones, first.zones);
  EXPECT_EQ(again.crs, first.crs);
  EXPECT_EQ(again.revision, first.revision);

  Transaction change = project.begin("event");
  change.insert(
      "stage_events",
      {{"phase_id", whole(71)}, {"stage_code", text("S0")}, {"kind", text("actual")}, {"dated", text("2022-01-01")}});
  change.insert("reference_points", {{"layer_id", whole(113)}, {"geom", point(8, 9)}});
  change.update("pathway_stages", 1, {{"source", text("new")}});
  change.commit();
  const model::Project second = load(project, &first);
  EXPECT_GT(second.revision, first.revision);
  EXPECT_NE(second.stage_events, first.stage_events);
  EXPECT_EQ(second.stage_events->size(), 5u);
  EXPECT_EQ(second.reference_layers->at(0).geometry.size(), 2u);
  EXPECT_EQ(second.pathways->at(0).stages[1].source, "new");
  EXPECT_EQ(second.parcels, first.parcels);
  EXPECT_EQ(second.phases, first.phases);
  EXPECT_EQ(first.stage_events->size(), 4u) << "a snapshot never changes";

  other_program(file, "UPDATE units SET kind = '企业'");
  const model::Project third = load(project, &second);
  EXPECT_EQ(third.units->at(0).kind, "企业");
  EXPECT_EQ(third.stage_events, second.stage_events);

  project.undo();
  const model::Project fourth = load(project, &third);
  EXPECT_EQ(fourth.stage_events->size(), 4u);
  EXPECT_EQ(fourth.parcels, first.parcels);
}

TEST_F(Load, NothingIsSharedWithAnotherProject) {
  ProjectFile project = create();
  fill(project);
  const model::Project first = load(project);
  ProjectFile other = ProjectFile::create(folder / "q.sqlite", minhang(), "乙", "B");
  const model::Project second = load(other, &first);
  EXPECT_EQ(second.parcels->size(), 0u);
  EXPECT_EQ(second.name_zh, "乙");
}

TEST_F(Load, CanBeStopped) {
  ProjectFile project = create();
  {
    Transaction change = project.begin("many");
    for (int i = 0; i < 5000; ++i) change.insert("parcels", {{"code", std::to_string(i)}});
    change.commit();
  }
  base::Progress progress;
  progress.on_report = [&](std::uint64_t, std::uint64_t) { progress.request_stop(); };
  EXPECT_THROW(project.load(progress), base::Cancelled);
  base::Progress whole_load;
  EXPECT_EQ(project.load(whole_load).parcels->size(), 5000u);
  EXPECT_EQ(whole_load.done(), whole_load.total());
}

class ManyParcels : public Load {};

TEST_F(ManyParcels, AreReadAlikeByOneConnectionAndBySeveral) {
  ProjectFile project = create();
  fill_many_parcels(project);
  const model::Project by_several = load(project);
  Transaction open = project.begin("open");  // others could not see its changes: one connection reads
  open.insert("units", {{"code", text("u")}, {"name_zh", text("委")}});
  const model::Project by_one = load(project);
  EXPECT_EQ(by_several.parcels->size(), std::size_t{many_parcels});
  EXPECT_EQ(first_difference(*by_one.parcels, *by_several.parcels), "");
  for (const std::uint32_t row : {0U, 999U, 12000U, 23999U}) {
    EXPECT_EQ(by_several.parcels->row_of(by_several.parcels->id[row]), row);
  }
  EXPECT_EQ(by_several.parcels->row_of({99}), std::nullopt);
  EXPECT_EQ(by_several.parcels->row_of({101}), std::nullopt);
  EXPECT_EQ(by_several.parcels->row_of({10000000}), std::nullopt);
}

TEST_F(Load, ManyEventsStandByDateThenId) {
  ProjectFile project = create();
  fill(project);
  constexpr int count = 20000;
  {
    Transaction t = project.begin("many");
    for (int i = 0; i < count; ++i) {
      const base::Date dated = base::Date::from_days(15000 + (i * 7919) % 5000);
      t.insert("stage_events", {{"id", whole(1000 + i)},
                                {"phase_id", whole(71)},
                                {"stage_code", text(i % 2 == 0 ? "S0" : "S1")},
                                {"kind", text(i % 3 == 0 ? "forecast" : "actual")},
                                {"dated", dated.iso()},
                                {"note", "备注" + std::to_string(i)}});
    }
    t.commit();
  }
  const auto check = [&](const std::vector<model::StageEvent>& events) {
    std::size_t found = 0;
    for (std::size_t row = 0; row < events.size(); ++row) {
      const model::StageEvent& event = events[row];
      if (row > 0) {
        const model::StageEvent& before = events[row - 1];
        ASSERT_TRUE(before.dated < event.dated || (before.dated == event.dated && before.id < event.id));
      }
      const auto i = static_cast<int>(event.id.value) - 1000;
      if (i < 0 || i >= count) continue;
      ++found;
      ASSERT_EQ(event.dated, base::Date::from_days(15000 + (i * 7919) % 5000));
      ASSERT_EQ(event.note, "备注" + std::to_string(i));
      ASSERT_EQ(event.stage_code, i % 2 == 0 ? "S0" : "S1");
      ASSERT_EQ(event.kind, i % 3 == 0 ? model::EventKind::forecast : model::EventKind::actual);
    }
    EXPECT_EQ(found, std::size_t{count});
  };
  check(*load(project).stage_events);
  Transaction open = project.begin("open");  // others could not see its changes: one connection reads
  open.update("stage_events", 1000, {{"page", text("9")}});
  check(*load(project).stage_events);
}

TEST_F(ManyParcels, AfterAnEditOnlyItsColumnsAreNew) {
  ProjectFile project = create();
  fill_many_parcels(project);
  const model::Project first = load(project);
  const auto id = [&](std::size_t row) { return first.parcels->id[row].value; };

  Transaction one = project.begin("one");
  one.update("parcels", id(12000), {{"land_use_current", text("")}, {"right_holder", text("某公司")}});
  one.commit();
  const model::Project second = load(project, &first);
  EXPECT_EQ(second.parcels->right_holder[12000], "某公司");
  EXPECT_EQ(first.parcels->right_holder[12000], "") << "a snapshot never changes";
  EXPECT_FALSE(second.parcels->right_holder.is_shared_with(first.parcels->right_holder));
  EXPECT_TRUE(second.parcels->geometry.is_shared_with(first.parcels->geometry));
  EXPECT_TRUE(second.parcels->code.is_shared_with(first.parcels->code));
  EXPECT_EQ(first_difference(*second.parcels, *load(project).parcels), "");

  Transaction many = project.begin("many kinds");
  many.remove("parcels", id(0));
  many.remove("parcels", id(5000));
  many.update("parcels", id(50), {{"geom", many_outline(7, 3)}, {"valid_from", text("2024-02-29")}});
  many.insert("parcels", {{"id", whole(1)}, {"code", text("first")}});
  many.insert("parcels", {{"id", whole(id(700) + 1)}, {"code", text("between")}, {"far_cap", 2.5}});
  many.insert("parcels", {{"code", text("last")}, {"geom", many_outline(3, 1)}});
  many.commit();
  const model::Project third = load(project, &second);
  EXPECT_EQ(third.parcels->size(), std::size_t{many_parcels} + 1);
  EXPECT_EQ(third.parcels->code[0], "first");
  EXPECT_EQ(first_difference(*third.parcels, *load(project).parcels), "");

  other_program(file, "UPDATE parcels SET id = 90000 WHERE id = " + std::to_string(id(9)));
  const model::Project fourth = load(project, &third);
  EXPECT_EQ(first_difference(*fourth.parcels, *load(project).parcels), "") << "a row that got another id";
}

TEST_F(Load, BrokenGeometryNamesItsRow) {
  ProjectFile project = create();
  fill(project);
  other_program(file,
                "DROP TRIGGER ggu_towns_geom; DROP TRIGGER giu_towns_geom;"
                "UPDATE towns SET geom = X'0001FFFFFFFF00' WHERE id = 104");
  const auto [code, message] = error_of([&] { load(project); });
  EXPECT_EQ(code, base::ExitCode::project_unusable);
  EXPECT_NE(message.find("towns row 104"), std::string::npos) << message;
}

}  // namespace
}  // namespace zaitu::store
