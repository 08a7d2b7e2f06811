import java.sql.*;
import java.util.*;

/** What DBeaver and others do over JDBC when they open a connection and show a tree of tables: each line is a name, "=", and what was found. */
public class JdbcProbe {
  interface Step { String run() throws Exception; }

  static Connection connection;

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("user", "me");
    properties.setProperty("password", "unused");
    properties.setProperty("ApplicationName", "DBeaver - Main");
    connection = DriverManager.getConnection(arguments[0], properties);
    DatabaseMetaData meta = connection.getMetaData();
    say("product", () -> meta.getDatabaseProductName() + " " + meta.getDatabaseProductVersion());
    say("place", () -> connection.getCatalog() + " " + connection.getSchema() + " " + connection.isValid(10));
    say("tables", () -> column(meta.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"}), "TABLE_NAME"));
    say("columns", () -> column(meta.getColumns("box", "public", "state", "%"), "COLUMN_NAME"));
    say("types", () -> column(meta.getColumns(null, null, "state", null), "TYPE_NAME"));
    say("schemas", () -> column(meta.getSchemas(), "TABLE_SCHEM"));
    say("catalogs", () -> column(meta.getCatalogs(), "TABLE_CAT"));
    say("keys", () -> column(meta.getPrimaryKeys(null, "public", "state"), "COLUMN_NAME") + column(meta.getImportedKeys(null, "public", "state"), 1)
        + column(meta.getExportedKeys(null, "public", "state"), 1) + column(meta.getIndexInfo(null, "public", "state", false, false), 1));
    say("routines", () -> column(meta.getProcedures(null, null, "%"), 1) + column(meta.getFunctions(null, null, "%"), 1));
    say("typeInfo", () -> String.valueOf(column(meta.getTypeInfo(), "TYPE_NAME").contains("int8")));
    say("databases", () -> column(query("SELECT db.oid,db.* FROM pg_catalog.pg_database db WHERE datname='box'"), "datname"));
    say("namespaces", () -> column(query("SELECT n.oid,n.*,d.description FROM pg_catalog.pg_namespace n LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=n.oid AND d.objsubid=0 AND d.classoid='pg_namespace'::regclass ORDER BY nspname"), "nspname"));
    say("classes", () -> column(query("SELECT c.oid,c.*,d.description,pg_catalog.pg_get_expr(c.relpartbound, c.oid) as partition_expr, pg_catalog.pg_get_partkeydef(c.oid) as partition_key FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=c.oid AND d.objsubid=0 AND d.classoid='pg_class'::regclass WHERE c.relnamespace=2200 AND c.relkind not in ('i','I','c') ORDER BY 3"), "relname"));
    say("attributes", () -> column(query("SELECT c.relname,a.*,pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) as def_value,dsc.description,dep.objid FROM pg_catalog.pg_attribute a INNER JOIN pg_catalog.pg_class c ON (a.attrelid=c.oid) LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid=ad.adrelid AND a.attnum = ad.adnum) LEFT OUTER JOIN pg_catalog.pg_description dsc ON (c.oid=dsc.objoid AND a.attnum = dsc.objsubid) LEFT OUTER JOIN pg_depend dep on dep.refobjid = a.attrelid AND dep.deptype = 'i' and dep.refobjsubid = a.attnum and dep.classid = dep.refclassid WHERE NOT a.attisdropped AND c.relname='egress' ORDER BY a.attnum"), "attname"));
    say("keywords", () -> String.valueOf(column(query("select word from pg_catalog.pg_get_keywords() where word <> ALL ('{a,abs}'::text[])"), 1).contains("select")));
    say("session", () -> column(query("SELECT session_user"), 1) + column(query("SHOW search_path"), 1));
    // From the sixth time on the driver prepares it by name and asks for binary values.
    PreparedStatement prepared = connection.prepareStatement("select id, mailbox_depth, 1.25::decimal(6,2), timestamp '2020-01-02 03:04:05.678', [1,2], 'x'::bytea from entities where type = ? and mailbox_depth >= ? order by id limit ?");
    Set<String> answers = new TreeSet<>();
    for (int at = 0; at < 8; at++) {
      prepared.setString(1, "test/visits");
      prepared.setInt(2, 0);
      prepared.setLong(3, 2);
      ResultSet rows = prepared.executeQuery();
      rows.next();
      answers.add(rows.getString(1) + " " + rows.getLong(2) + " " + rows.getBigDecimal(3) + " " + rows.getTimestamp(4) + " " + Arrays.toString((Object[]) rows.getArray(5).getArray()) + " " + rows.getBytes(6).length);
    }
    say("prepared", () -> answers.toString());
    say("described", () -> prepared.getMetaData().getColumnTypeName(2) + " " + prepared.getParameterMetaData().getParameterTypeName(2));
    say("pieces", () -> {
      connection.setAutoCommit(false);
      Statement statement = connection.createStatement();
      statement.setFetchSize(4);
      ResultSet rows = statement.executeQuery("select id from entities where type = 'test/visits'");
      int count = 0;
      while (rows.next()) count++;
      connection.commit();
      connection.setAutoCommit(true);
      return String.valueOf(count);
    });
    say("mistake", () -> failure("select nope from state"));
    say("write", () -> failure("update state set id = 'x'"));
    say("cancelled", () -> {
      Statement statement = connection.createStatement();
      statement.setQueryTimeout(1);
      try {
        statement.executeQuery("select count(*) from range(1000000000) a, range(1000000000) b");
        return "it ended";
      } catch (SQLException error) {
        return error.getSQLState();
      }
    });
    connection.close();
  }

  static void say(String name, Step step) {
    String found;
    try {
      found = step.run();
    } catch (Exception error) {
      found = "failed: " + error.getMessage();
    }
    System.out.println(name + "=" + found.replace("\n", " "));
  }

  static ResultSet query(String sql) throws SQLException {
    return connection.createStatement().executeQuery(sql);
  }

  static String failure(String sql) throws SQLException {
    try {
      query(sql);
      return "no failure";
    } catch (SQLException error) {
      return error.getSQLState();
    }
  }

  static String column(ResultSet rows, Object which) throws SQLException {
    List<String> found = new ArrayList<>();
    while (rows.next()) found.add(which instanceof String name ? rows.getString(name) : rows.getString((Integer) which));
    return found.toString();
  }
}
