// Reads calls (a line each: name, tab, statement) and tells of each how many rows
// JDBC made of the answer, or what stopped it.  Nothing is committed.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;

class Read {
    // The driver's words for infinity are times, the first and the last ones.
    static void check(ResultSet rows, int column) throws SQLException {
        if (!rows.getMetaData().getColumnTypeName(column).equals("timestamptz")) {
            rows.getObject(column);
            return;
        }
        OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
        if (OffsetDateTime.MAX.equals(time) || OffsetDateTime.MIN.equals(time))
            throw new SQLException(rows.getMetaData().getColumnName(column) + " is " + time);
    }

    static String read(Connection connection, String text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text); ResultSet rows = statement.executeQuery()) {
            int count = 0;
            for (; rows.next(); count++)
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++)
                    check(rows, column);
            return count + " rows";
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            connection.setAutoCommit(false);
            for (String line; (line = lines.readLine()) != null; connection.rollback()) {
                String[] call = line.split("\t");
                String answer;
                try {
                    answer = read(connection, call[1]);
                } catch (Exception error) {
                    answer = error.toString();
                }
                System.out.println(call[0] + "\t" + answer.split("\n")[0]);
            }
        }
    }
}
