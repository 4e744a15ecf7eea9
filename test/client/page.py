# Behind the program of docs/client.md: what it must do.

here = {"Host": "app.example", "Origin": "https://app.example"}
address, right, wrong = "192.0.2.10", "correct horse battery", "wrong horse"
mail = "page@example.com"


def with_cookie(headers):
    return {"Cookie": headers["Set-Cookie"].split(";")[0]}


with psycopg.connect(autocommit=True) as connection:
    assert sign_in(connection, {**here, "Origin": "https://evil.example"}, mail, right, address)[0] == 403
    status, headers = sign_in(connection, here, mail, right, address)
    assert status == 204
    signed_in = with_cookie(headers)
    token = cookie.read(signed_in)
    assert get_session(connection, signed_in)[0].user_id == "page"
    assert get_session(connection, {}) == (None, {})
    assert get_session(connection, {"Authorization": f"Bearer {token}"})[0].user_id == "page"
    connection.execute("SELECT make_idle(%s)", [token])
    session, headers = get_session(connection, signed_in)
    assert session.fresh and cookie.read(with_cookie(headers)) == token
    assert show_notes(connection, signed_in) == (["of page"], {})
    connection.execute("SELECT make_idle(%s)", [token])
    assert cookie.read(with_cookie(show_notes(connection, signed_in)[1])) == token
    assert show_notes(connection, {}) == (None, {})
    assert sign_in(connection, here, mail, wrong, address) == (401, {})
    while (refused := sign_in(connection, here, mail, wrong, address))[0] == 401:
        pass
    assert refused[0] == 429 and int(refused[1]["Retry-After"]) >= 1
print("complete")
